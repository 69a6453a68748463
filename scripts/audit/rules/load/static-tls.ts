import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/static-tls",
  severity: "warning",
  order: 620,
  title: "initial-exec thread-local storage",
  why: "A file that is opened at run time gets such storage only from a small surplus; a second addon of the kind can find it used up (`cannot allocate memory in static TLS block`).",
  fix: "compile with -ftls-model=global-dynamic; of mimalloc and jemalloc switch the initial-exec option off",
  link: "https://github.com/microsoft/mimalloc/issues/147",
  check: ({ facts }) => (facts.staticTls ? [{ message: "it asks for initial-exec thread-local storage" }] : []),
};
