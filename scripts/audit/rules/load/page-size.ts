import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/page-size",
  severity: "error",
  order: 610,
  title: "segments that do not fit the kernel's pages",
  why: "A kernel with 16 KiB pages, the default of the Pi 5, cannot map a segment that is aligned to 4 KiB.",
  fix: "link with `-z max-page-size=65536`",
  link: "https://github.com/WebThingsIO/zwave-adapter/issues/146",
  check: ({ facts: { loadAlign } }, place) =>
    loadAlign % place.pageSize === 0
      ? []
      : [{ message: `segments are aligned to ${loadAlign} bytes, and ${place.name} has pages of ${place.pageSize}` }],
  forUser: {
    problem: ({ place }) => `does not load: it is linked for smaller pages than the ${place.pageSize / 1024} KiB of the kernel`,
    advice: () => "boot a kernel with 4 KiB pages, if the board has one (Pi 5: `kernel=kernel8.img` in config.txt)",
  },
};
