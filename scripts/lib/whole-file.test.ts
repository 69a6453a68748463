import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { writeWhole } from "./whole-file.ts";

test("writes of one file at the same time leave the complete content of one of them, and nothing else", async () => {
  const folder = join(temporaryFolder(), "new");
  const contents = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000));
  await Promise.all(contents.map((content) => writeWhole(join(folder, "file"), content)));
  expect(contents).toContain(readFileSync(join(folder, "file"), "utf8"));
  expect(readdirSync(folder)).toEqual(["file"]);
});
