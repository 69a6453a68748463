import { moduleVersionOf } from "../../node-abi.ts";
import type { Place } from "../../place.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/one-line-only",
  severity: "warning",
  order: 700,
  title: "bound to one Node line",
  why: "The addon uses V8's own interface, so it loads only in the Node line that it was built against.",
  fix: "use Node-API, or ship one file per Node line",
  link: "https://nodejs.org/api/n-api.html#implications-of-abi-stability",
  check: ({ nodeApi: { kind, moduleVersion } }, place) => {
    if (kind !== "v8") return [];
    const version = moduleVersion === undefined ? "" : ` (NODE_MODULE_VERSION ${moduleVersion})`;
    const other = isForOther(moduleVersion, place);
    const message = `it is built against the V8 of one Node line${version}${other ? `, which is not the one of Node ${place.node}` : ""}`;
    return [{ message, ...(other ? { severity: "error" as const } : {}) }];
  },
  forUser: {
    problem: ({ subject: { nodeApi }, place }) => {
      const { moduleVersion } = nodeApi;
      if (isForOther(moduleVersion, place))
        return `does not load in Node ${place.node}: it is built for another Node (NODE_MODULE_VERSION ${moduleVersion})`;
      return moduleVersion === undefined ? "loads only in the Node line that it was built for, which its file does not name" : undefined;
    },
  },
};

/** Whether the Node of a place is known to be another one. */
function isForOther(moduleVersion: number | undefined, { node }: Place): boolean {
  const own = node === undefined ? undefined : moduleVersionOf(node);
  return moduleVersion !== undefined && own !== undefined && own !== String(moduleVersion);
}
