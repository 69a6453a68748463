// The files of a release on the board: names and links that look like options, many of them, and what is in their way.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { boardKinds } from "../../fixtures/deploy/board.ts";
import { packTar } from "../../fixtures/deploy/release.ts";
import { good, makeBoard, release, upload } from "../../fixtures/deploy/steps.ts";
import { skipFor } from "../../fixtures/skip-for.ts";

const MANY = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`node_modules/p${at % 70}/lib/file-${at}.js`, `${at}\n`]));

describe.for(boardKinds)("$name", (kind) => {
  test("names and links that look like options", async (task) => {
    const board = await makeBoard(kind, task);
    const files = { "-rf": "x", "--": "y", "-/-n": "z" };
    const links = { "-l": "-rf", "--version": "--", "-/-s": "../-rf", "~": "-rf" };
    const one = release({ files, links });
    // The links come from the manifest, and not from the upload.
    await upload(board, one, "-", [".manifest", ".run", ...Object.keys(files)]);
    for (const [path, target] of Object.entries(links)) expect(readlinkSync(board.path("incoming", one.id, path))).toBe(target);
    const two = release({ files, links: { ...links, more: "-rf" } });
    mkdirSync(board.path("releases"));
    renameSync(board.path("incoming", one.id), board.path("releases", one.id));
    await upload(board, two, one.id, [".manifest"]);
    for (const path of Object.keys(files)) expect(readFileSync(board.path("incoming", two.id, path), "utf8")).toBe(files[path as "--"]);
  });

  test("1,000 files of the release before: names of the same content, other modes and other places", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release({ files: { ...MANY, "bin/a.js": "echo\n", "old/b.js": "moved\n", top: "top\n" } });
    const two = release({ files: { ...MANY, "bin/a.sh": "echo\n", "new/b.js": "moved\n", top: "top\n", more: "" } });
    mkdirSync(board.path("releases"));
    await upload(board, one);
    renameSync(board.path("incoming", one.id), board.path("releases", one.id));
    await upload(board, two, one.id, [".manifest", "more"]);
    const inode = (id: string, place: string, path: string) => statSync(board.path(place, id, path)).ino;
    for (const [from, to] of [
      ["node_modules/p7/lib/file-7.js", "node_modules/p7/lib/file-7.js"],
      ["old/b.js", "new/b.js"],
      ["top", "top"],
    ] as const)
      expect(inode(two.id, "incoming", to)).toBe(inode(one.id, "releases", from));
    expect(statSync(board.path("incoming", two.id, "bin/a.sh")).mode & 0o777).toBe(0o755);
    expect(statSync(board.path("releases", one.id, "bin/a.js")).mode & 0o777).toBe(0o644);
  });

  test("a file system that refuses links gets copies", async (task) => {
    if (process.getuid?.() !== 0) return skipFor(task, "a filesystem of its own needs root");
    const board = await makeBoard(kind, task);
    const [one, two] = [release({ files: MANY }), release({ files: { ...MANY, more: "" } })];
    mkdirSync(board.path("incoming"));
    // Links do not go from one to another.
    execFileSync("mount", ["-t", "tmpfs", "none", board.path("incoming")]);
    try {
      await upload(board, one);
      mkdirSync(board.path("releases"));
      execFileSync("mv", [board.path("incoming", one.id), board.path("releases")]);
      await upload(board, two, one.id, [".manifest", "more"]);
    } finally {
      execFileSync("umount", [board.path("incoming")]);
    }
  });

  test("an upload that begins anew removes what is in its way", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release({ files: { "lib/a.js": "a" } });
    mkdirSync(board.path("incoming", one.id, "lib/a.js/folder"), { recursive: true });
    writeFileSync(board.path("incoming", one.id, "extra"), "");
    await good(board, "receive", ["t", one.id, "new"], packTar(one.folder));
    expect((await good(board, "assemble", ["t", one.id, "-"])).text("wrong")).toBe("");
  });

  test("an operation that ends after its deploy does not take the lock again", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release({ check: "sleep 2" });
    await upload(board, one);
    const check = good(board, "check", ["t", one.id, 0]);
    await expect.poll(() => existsSync(board.memory("check"))).toBe(true);
    await good(board, "unlock", ["t"]);
    await check;
    await sleep(100);
    expect((await good(board, "inventory", ["other"])).text("lock")).toBe("ok");
  });
});
