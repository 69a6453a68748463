// Constants behind calls, which read as branches.
import { expect, test } from "vitest";
import { compile, counts, V7 } from "../../../checks/fixtures/arm-code.ts";

/** A Thumb function whose constant reads as BLX into another function, which as A32 code has CRC32; and so many others. */
function thumbFile(others: number, target: string): string {
  const other = (index: number) => `.globl f${index}\n.type f${index}, %function\n.thumb_func\nf${index}: bx lr\n.p2align 2`;
  return [
    ".syntax unified\n.text\n.thumb",
    ".globl run\n.type run, %function\n.thumb_func\nrun: push {r7, lr}\nbl other\nblx inside\n.p2align 2",
    ".globl victim\n.type victim, %function\n.thumb_func\nvictim: bx lr\n.p2align 2",
    `.arm\ninside: ${target}\n.thumb`,
    ...Array.from({ length: others }, (_, index) => other(index)),
  ].join("\n");
}

// CRC32 of A32 for the condition HI; NOP.W and others of Thumb around it.
const data = [".word 0x8101f040", ...Array.from({ length: 8 }, () => ".word 0x8000f3af"), ".word 0x47704770"].join("\n");
const code = [...Array.from({ length: 8 }, () => "mov r1, r1"), ".word 0xe1010042", "bx lr"].join("\n");

test("in a file of Thumb code a branch to what does not look like A32 code is not followed", () => {
  expect(counts(compile(thumbFile(100, data), V7, { extension: "s" }))).not.toHaveProperty("crc32");
  expect(counts(compile(thumbFile(100, code), V7, { extension: "s" }))).toMatchObject({ crc32: 1 });
});
