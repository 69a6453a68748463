import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/static-tls",
  severity: "warning",
  order: 620,
  title: "initial-exec thread-local storage",
  why: "The loader has only a small reserve of this storage for files that are opened at run time. A second addon of this kind may exhaust it (`cannot allocate memory in static TLS block`).",
  fix: "compile with -ftls-model=global-dynamic; switch off the initial-exec option of mimalloc and jemalloc",
  link: "https://github.com/microsoft/mimalloc/issues/147",
  check: ({ facts }) => (facts.staticTls ? [{ message: "it uses initial-exec thread-local storage" }] : []),
};
