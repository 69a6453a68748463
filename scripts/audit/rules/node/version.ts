import { lineHas, lowestNode } from "../../node-api-versions.ts";
import type { NodeApiFacts } from "../../report.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/version",
  severity: "error",
  order: 710,
  title: "needs a newer Node-API",
  why: "The load fails if a linked Node-API function is missing, and if the addon declares a version that Node does not have: Node 20 even crashes then. If the function is looked up by name, the call of it fails.",
  fix: "build with the lowest napi feature that the code needs, such as `napi4` of the napi crate, or the lowest NAPI_VERSION",
  link: "https://nodejs.org/api/n-api.html#node-api-version-matrix",
  check: ({ nodeApi }, place) => {
    const { kind, version, newest, lookedUp, declared } = nodeApi;
    if (kind !== "node-api" || place.node === undefined) return [];
    if (declared !== undefined && !lineHas(place.node, declared))
      return [
        { message: `it declares Node-API ${declared}, which begins with Node ${lowest(declared)}; ${place.name} has Node ${place.node}` },
      ];
    if (version === undefined || lineHas(place.node, version)) return [];
    const message = `it needs Node-API ${version}, so Node ${lowest(version)}, for ${newest.slice(0, 3).join(", ")}; ${place.name} has Node ${place.node}`;
    return [{ message, ...(lookedUp ? { severity: "warning" } : {}) }];
  },
  forUser: {
    problem: ({ subject: { nodeApi }, place }) =>
      `needs Node ${lowest(neededVersion(nodeApi))} or later, and the newest there is Node ${place.node}`,
  },
};

function neededVersion({ version = 0, declared = 0 }: NodeApiFacts): number {
  return Math.max(version, declared);
}

function lowest(version: number): string {
  return lowestNode(version) ?? "newer than all known versions";
}
