import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/packed",
  severity: "note",
  order: 1000,
  title: "another file packed in it",
  why: "The file is a wrapper: at run time it unpacks the real addon from itself and loads that. What holds of the wrapper need not hold of it, and it takes a folder that can be written and time at the first load. A warning if it could not be audited.",
  fix: "read what the audit says of the packed file; on a read-only system look up where the wrapper unpacks to",
  link: "https://github.com/swc-project/swc/issues/12273",
  check: ({ packed }) =>
    packed.map(({ format, path, bytes, reason }) =>
      bytes
        ? { message: `it unpacks another file at run time (${format}), which is audited as ${path}` }
        : { message: `it unpacks another file at run time (${format}), which was not audited: ${reason}`, severity: "warning" },
    ),
};
