import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/packed",
  severity: "note",
  order: 1000,
  title: "a file that unpacks another one",
  why: "The file is a wrapper: at run time it unpacks the real addon and loads it. The findings of the wrapper do not hold for the real addon. Unpacking needs a writable folder and takes time at the first load. It is a warning if the packed file could not be audited.",
  fix: "read the findings of the packed file; for a read-only system find out which folder the wrapper unpacks to",
  link: "https://github.com/swc-project/swc/issues/12273",
  check: ({ packed }) =>
    packed.map(({ format, path, bytes, reason }) =>
      bytes
        ? { message: `it unpacks another file at run time (${format}), which is audited as ${path}` }
        : { message: `it unpacks another file at run time (${format}), which could not be audited: ${reason}`, severity: "warning" },
    ),
};
