import { expect, test } from "vitest";
import { findChanges, spaceFor } from "./changes.ts";
import type { Entry } from "./manifest.ts";

const file = (path: string, sha256: string, mode: 0o644 | 0o755 = 0o644, size = 10): Entry => ({ path, sha256, mode, size });
const paths = (release: Entry[], base: Entry[], incoming: Entry[] = []) =>
  findChanges(release, base, incoming).files.map(({ path }) => path);

test("only what the board lacks is sent: a file that has moved is linked there", () => {
  expect(paths([file("a", "1"), file("b", "2"), file("moved", "3")], [file("a", "1"), file("b", "1"), file("c", "3")])).toEqual(["b"]);
});

test("the same bytes with another mode are sent: a link has the mode of the other name", () => {
  expect(paths([file("a", "1", 0o755)], [file("a", "1")])).toEqual(["a"]);
});

test("an interrupted upload goes on: what is whole in its place is not sent again", () => {
  expect(paths([file("a", "1"), file("b", "2"), file("c", "3")], [], [file("a", "1"), file("b", "half"), file("d", "3")])).toEqual([
    "b",
    "c",
  ]);
});

test("links are always made, and count no bytes", () => {
  const { links, bytes, kept } = findChanges([file("a", "1"), { path: "l", link: "a" }], [], []);
  expect({ links, bytes, kept }).toEqual({ links: [{ path: "l", link: "a" }], bytes: 10, kept: 0 });
});

test("space is counted in blocks", () => {
  expect(spaceFor({ files: [] }, 0)).toBe(256 * 1024);
  const changes = findChanges([file("a", "1", 0o644, 1), file("b", "2", 0o644, 4097)], [], []);
  expect(spaceFor(changes, 100) - spaceFor({ files: [] }, 0)).toBe(3 * 4096 + 100);
});
