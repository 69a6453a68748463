// The sidebar, the front page and the pages of docs/ agree. That links between pages lead somewhere is checked by the site's build.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { linkOnSite, webAddress } from "./links.ts";
import { groups } from "./pages.ts";
import { labelTables } from "./tables.ts";

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
  ["a file of the site", "public/popular.json", "/popular.json"],
  ["a source", "../scripts/cli.ts", "https://github.com/owner/name/blob/main/scripts/cli.ts"],
  ["a heading of the README", "../README.md#commands", "https://github.com/owner/name/blob/main/README.md#commands"],
])("a link to %s", (_what, href, expected) => {
  expect(linkOnSite(href, "loader.md", "https://github.com/owner/name")).toBe(expected);
});

test("the address on the web of a repository", () => {
  expect(webAddress({ url: "git+https://github.com/owner/name.git" })).toBe("https://github.com/owner/name");
});

/** Tokens of a table as markdown-it makes them, with the attributes that are set. */
function tokensOf(rows: string[][]) {
  const attributes: string[] = [];
  const token = (type: string, content = "") => ({
    type,
    content,
    attrSet: (name: string, value: string) => void attributes.push(`${type} ${name}=${value}`),
  });
  const cells = (row: string[], type: string) => row.flatMap((text) => [token(type), token("inline", text)]);
  const [head = [], ...body] = rows;
  const tokens = [
    token("table_open"),
    token("tr_open"),
    ...cells(head, "th_open"),
    ...body.flatMap((row) => [token("tr_open"), ...cells(row, "td_open")]),
  ];
  return { tokens: [...tokens, token("table_close")], attributes };
}

test("a cell has the name of its column, and only a wide table of long texts is one of records", () => {
  const long = "more than forty characters of text in a cell";
  const attributesOf = (rows: string[][]) => {
    const { tokens, attributes } = tokensOf(rows);
    labelTables(tokens);
    return attributes;
  };
  const labels = ["td_open data-column=key", "td_open data-column=type", "td_open data-column=meaning"];
  expect(
    attributesOf([
      ["key", "type", "meaning"],
      ["a", "b", long],
    ]),
  ).toEqual([...labels, "table_open class=records"]);
  expect(
    attributesOf([
      ["key", "type", "meaning"],
      ["a", "b", `\`${long}\``],
    ]),
  ).toEqual(labels);
  expect(
    attributesOf([
      ["key", "meaning"],
      ["a", long],
    ]),
  ).toEqual(["td_open data-column=key", "td_open data-column=meaning"]);
});
