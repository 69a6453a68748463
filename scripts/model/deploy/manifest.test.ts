import { describe, expect, test } from "vitest";
import { formatManifest, parseManifest, releaseId, staysInside, type Entry } from "./manifest.ts";

const file = (path: string, more: Partial<Entry> = {}): Entry => ({ path, sha256: "a".repeat(64), mode: 0o644, size: 3, ...more });

describe("the manifest", () => {
  const entries: Entry[] = [file("b"), file("ä b"), file("a/x", { mode: 0o755 }), file("a.x"), { path: "l", link: "a/x" }];

  test("has a line for each file, in the order of bytes, whatever the order before", () => {
    const text = formatManifest(entries);
    expect(text.split("\n").map((line) => line.replace(/^a{64} /, ""))).toEqual([
      "0644 3 a.x",
      "0755 3 a/x",
      "0644 3 b",
      "link a/x l",
      "0644 3 ä b",
      "",
    ]);
    expect(formatManifest(entries.toReversed())).toBe(text);
    expect(releaseId(text)).toMatch(/^[0-9a-f]{16}$/);
    expect(formatManifest(parseManifest(text))).toBe(text);
  });

  test("a line that is cut off is left out", () => {
    expect(parseManifest(`${"a".repeat(64)} 0644 3 b\n${"a".repeat(30)}`)).toEqual([file("b")]);
  });

  test.each([
    [file("a\nb"), /control character/],
    [file("../a"), /not inside the project/],
    [file("/a"), /not inside the project/],
    [file("a//b"), /not inside the project/],
    [file(".manifest"), /manifest/],
    [{ path: "a", link: "../b" }, /outside of the release/],
    [{ path: "a", link: "/etc/passwd" }, /outside of the release/],
    [{ path: "a", link: "b c" }, /space/],
  ])("%j is refused", (entry, text) => {
    expect(() => formatManifest([entry])).toThrow(text);
  });
});

test.each([
  ["node_modules/a", "../packages/a", true],
  ["node_modules/@x/a", "../../a", true],
  ["node_modules/a", "../../a", false],
  ["a/b", "c/../../../d", false],
])("a link at %s to %s", (path, link, inside) => {
  expect(staysInside(path, link)).toBe(inside);
});
