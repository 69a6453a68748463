// The sidebar, the front page and the pages of docs/ agree. That links between pages lead somewhere is checked by the site's build.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { linkOnSite, webAddress } from "./links.ts";
import { groups } from "./pages.ts";

const folder = join(packageRoot, "docs");
const names = globSync("*.md", { cwd: folder }).map((name) => name.replace(".md", ""));
const pages = names.filter((name) => name !== "index").toSorted();
const read = (name: string) => readFileSync(join(folder, `${name}.md`), "utf8");

test("every page is in the sidebar, once", () => {
  const links = groups.flatMap(({ pages: listed }) => listed.map(({ link }) => link.slice(1)));
  expect(new Set(links).size).toBe(links.length);
  expect(pages.filter((name) => !links.includes(name))).toEqual([]);
});

test("the front page links to every page", () => {
  const linked = new Set([...read("index").matchAll(/\]\(([a-z-]+)\.md\)/g)].map(([, name]) => name));
  expect(pages.filter((name) => !linked.has(name))).toEqual([]);
});

test.each(names)("%s says under its title whom it is for", (name) => {
  const [title, audience] = read(name)
    .replaceAll(/<!--.*?-->/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  expect(title).toMatch(/^# /);
  expect(audience).toMatch(/^_For .*\._$/);
});

test.each([
  ["a page", "ci.md", "ci.md"],
  ["a heading", "#what-runs", "#what-runs"],
  ["the web", "https://napi.rs", "https://napi.rs"],
  ["a source", "../scripts/cli.ts", "https://github.com/owner/name/blob/main/scripts/cli.ts"],
  ["a heading of the README", "../README.md#commands", "https://github.com/owner/name/blob/main/README.md#commands"],
])("a link to %s", (_what, href, expected) => {
  expect(linkOnSite(href, "loader.md", "https://github.com/owner/name")).toBe(expected);
});

test("the address on the web of a repository", () => {
  expect(webAddress({ url: "git+https://github.com/owner/name.git" })).toBe("https://github.com/owner/name");
});
