import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assembleKernel } from "./kernel.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "boardkit-kernel-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// "squashfs\n", compressed by `xz --check=crc32`.
const XZ = Buffer.from("/Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQAIc3F1YXNoZnMKAAAAAIloWNoAAR0Jk2E2ppBCmQ0BAAAAAAFZWg==", "base64");

function unpack(files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const packages = {
  "boot/vmlinuz-6.1.0-50-armmp": "image",
  "boot/config-6.1.0-50-armmp": "",
  "bin/busybox": "busybox",
  "lib/modules/6.1.0-50-armmp/kernel/drivers/block/virtio_blk.ko": "virtio_blk",
  "lib/modules/6.1.0-50-armmp/kernel/drivers/net/virtio_net.ko": "virtio_net",
  "lib/modules/6.1.0-50-armmp/kernel/drivers/block/other.ko": "other",
  "usr/lib/linux-image-6.1.0-50-armmp/vexpress.dtb": "tree",
};

test("only the files that boot a board are kept, with names without a version", async () => {
  unpack(packages);
  await assembleKernel({ modules: ["virtio_blk"], guest: ["virtio_net"], dtbs: ["vexpress.dtb"] }, folder);
  expect(readdirSync(folder).toSorted()).toEqual(["busybox", "dtbs", "image", "modules", "release"]);
  expect(readdirSync(join(folder, "modules"))).toEqual(["virtio_blk.ko", "virtio_net.ko"]);
  expect(readdirSync(join(folder, "dtbs"))).toEqual(["vexpress.dtb"]);
  expect(readFileSync(join(folder, "release"), "utf8")).toBe("6.1.0-50-armmp");
});

test("the paths of trixie, and compressed modules", async () => {
  unpack({ "boot/vmlinuz-6.12": "", "usr/bin/busybox": "", "usr/lib/modules/6.12/kernel/fs/squashfs.ko.xz": XZ });
  await assembleKernel({ modules: ["squashfs"], dtbs: [] }, folder);
  expect(readFileSync(join(folder, "modules/squashfs.ko"), "utf8")).toBe("squashfs\n");
});

test("a missing module is an error", async () => {
  unpack(packages);
  await expect(assembleKernel({ modules: ["squashfs"], dtbs: [] }, folder)).rejects.toMatchObject({
    code: "FETCH_FAILED",
    message: expect.stringMatching(/squashfs.* matches nothing in the kernel's packages/),
  });
});
