// The site of docs/. `ignoreDeadLinks` stays off: the build is the check of links between pages.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { anchorOf, linkOnSite, webAddress } from "../../scripts/checks/docs-site/links.ts";
import { labelTables } from "../../scripts/checks/docs-site/tables.ts";
import { groups } from "../../scripts/checks/docs-site/pages.ts";

const { repository, description } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  repository: { url: string };
  description: string;
};
const web = webAddress(repository);

export default defineConfig({
  title: "Boardkit",
  description,
  lang: "en",
  // GitHub Pages serves a project's site below the name of its repository.
  base: `/${web.split("/").at(-1)}/`,
  cleanUrls: true,
  ignoreDeadLinks: false,
  markdown: {
    // Links with anchors work on GitHub too.
    anchor: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    config: (md) => {
      md.core.ruler.push("boardkit", ({ tokens, env }) => {
        labelTables(tokens);
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          if (token.type === "link_open")
            token.attrSet("href", linkOnSite(token.attrGet("href") ?? "", (env as { relativePath: string }).relativePath, web));
          // Short code does not break at its hyphens; in a table only names do not.
          if (token.type === "code_inline" && token.content.length <= 24)
            token.attrJoin("class", /^[^\s-]\S*$/.test(token.content) ? "short name" : "short");
        }
      });
      // VitePress' own rule drops the attributes of a table.
      md.renderer.rules.table_open = (tokens, at, options, _env, self) => {
        tokens[at]?.attrSet("tabindex", "0");
        return self.renderToken(tokens, at, options);
      };
    },
  },
  themeConfig: {
    nav: groups.map(({ short, pages }) => ({
      text: short,
      link: pages[0].link,
      activeMatch: `(${pages.map(({ link }) => link).join("|")})$`,
    })),
    sidebar: groups.map(({ name, pages }) => ({ text: name, items: pages })),
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: web }],
    footer: { message: "Apache-2.0" },
  },
});
