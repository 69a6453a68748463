// The site of docs/. `ignoreDeadLinks` stays off: the build is the check of links between pages.
import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { anchorOf, linkOnSite, webAddress } from "../../scripts/checks/docs-site/links.ts";
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
      md.core.ruler.push("repository-links", ({ tokens, env }) => {
        for (const link of tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === "link_open"))
          link.attrSet("href", linkOnSite(link.attrGet("href") ?? "", (env as { relativePath: string }).relativePath, web));
      });
    },
  },
  themeConfig: {
    nav: groups.map(({ name, pages }) => ({
      text: name,
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
