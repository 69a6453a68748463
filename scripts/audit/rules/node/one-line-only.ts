import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/one-line-only",
  severity: "warning",
  order: 700,
  title: "bound to one Node line",
  why: "The addon uses V8's own interface, so it loads only in the Node line that it was built against.",
  fix: "use Node-API, or ship one file per Node line",
  link: "https://nodejs.org/api/n-api.html#implications-of-abi-stability",
  check: ({ nodeApi: { kind, moduleVersion } }) => {
    if (kind !== "v8") return [];
    const version = moduleVersion === undefined ? "" : ` (NODE_MODULE_VERSION ${moduleVersion})`;
    return [{ message: `it is built against the V8 of one Node line${version}` }];
  },
};
