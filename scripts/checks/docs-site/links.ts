// Links of the pages, as the site needs them. Pure.
import { posix } from "node:path";

/** The anchor that GitHub gives to a heading. */
export const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** The address of a repository on the web, from the `repository` field of package.json. */
export function webAddress({ url }: { url: string }): string {
  return url.replace(/^git\+/, "").replace(/\.git$/, "");
}

/**
 * A link of a page, from the page's path in docs/: a link to a file outside of docs/ leads to that file on the web, one to a file of public/
 * to its place on the site, and any other link stays as it is.
 */
export function linkOnSite(href: string, page: string, repository: string): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const target = posix.join("docs", posix.dirname(page), path);
  // The site serves the files of public/ from its root.
  if (target.startsWith("docs/public/")) return target.slice("docs/public".length);
  if (target.startsWith("docs/")) return href;
  return `${repository}/blob/main/${target}${anchor === undefined ? "" : `#${anchor}`}`;
}
