import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { makeWheel } from "./maturin.ts";

/** A fake maturin that runs a shell command in its output folder. */
function maturinThat(folder: string, does: string): string {
  const path = join(folder, "maturin");
  writeFileSync(path, `#!/bin/sh\ncd "$1"\n${does}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("the new wheel is returned, not an older one", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  mkdirSync(out);
  writeFileSync(join(out, "a-0.9-cp39-abi3-linux_x86_64.whl"), "");
  const name = "a-1.0-cp39-abi3-linux_x86_64.whl";
  const output = await makeWheel({ argv: [maturinThat(folder, `touch ${name}`), out] }, out);
  expect(output.path).toBe(join(out, name));
  await expect(makeWheel({ argv: [maturinThat(folder, "true"), out] }, out)).rejects.toMatchObject({
    code: "WHEEL_FAILED",
    details: { place: out },
  });
});
