import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { cacheRoot } from "./paths.ts";

test("the path of the cache folder has no symbolic link, whether the folder exists or not", () => {
  const folder = realpathSync(temporaryFolder());
  mkdirSync(join(folder, "disk"));
  symlinkSync("disk", join(folder, "link"));
  const linked = join(folder, "link");
  expect(cacheRoot({ BOARDKIT_CACHE: `${linked}/` })).toBe(join(folder, "disk"));
  expect(cacheRoot({ BOARDKIT_CACHE: join(linked, "a/b") })).toBe(join(folder, "disk/a/b"));
  expect(cacheRoot({ XDG_CACHE_HOME: linked })).toBe(join(folder, "disk/boardkit"));
});
