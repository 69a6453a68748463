import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { downloadsOf, watchDownloads } from "./downloads.ts";

test("the bytes so far are of the incomplete file, and a copy of it does not count twice", async () => {
  const folder = temporaryFolder();
  const seen: number[] = [];
  const wait = () => new Promise((resolve) => setTimeout(resolve, 700));
  const total = await watchDownloads(
    folder,
    (bytes) => seen.push(bytes),
    async () => {
      await wait();
      const downloads = downloadsOf(folder);
      const temporary = join(downloads, "pip-unpack-1");
      mkdirSync(temporary, { recursive: true });
      writeFileSync(join(temporary, "a.whl"), Buffer.alloc(400));
      await wait();
      writeFileSync(join(temporary, "a.whl"), Buffer.alloc(1000));
      writeFileSync(join(downloads, "a.whl"), Buffer.alloc(1000));
      await wait();
      renameSync(temporary, join(folder, "gone"));
    },
  );
  expect(total).toBe(1000);
  expect(seen).toEqual(expect.arrayContaining([0, 400, 1000]));
  expect(Math.max(...seen)).toBe(1000);
});
