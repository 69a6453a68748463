import { lineHas, lowestNode } from "../../node-api-versions.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/version",
  severity: "error",
  order: 710,
  title: "needs a newer Node-API",
  why: "The load fails if a linked Node-API function is missing. If the function is looked up by name, the call of it fails.",
  fix: "build with the lowest napi feature that the code needs, such as `napi4` of the napi crate",
  link: "https://nodejs.org/api/n-api.html#node-api-version-matrix",
  check: ({ nodeApi: { kind, version, newest, lookedUp } }, place) => {
    if (kind !== "node-api" || version === undefined || place.node === undefined || lineHas(place.node, version)) return [];
    const lowest = lowestNode(version) ?? "newer than all known versions";
    const message = `it needs Node-API ${version}, so Node ${lowest}, for ${newest.slice(0, 3).join(", ")}; ${place.name} has Node ${place.node}`;
    return [{ message, ...(lookedUp ? { severity: "warning" } : {}) }];
  },
  forUser: {
    problem: ({ subject: { nodeApi }, place }) =>
      `needs Node ${lowestNode(nodeApi.version ?? 0) ?? "newer than all known versions"} or later, and the newest there is Node ${place.node}`,
  },
};
