// Which runtime a deploy sends to a board: the setting `runtime` against what targets/ has for the target. Pure.
import { BoardkitError } from "../../lib/errors.ts";
import { getToolchain, type Registry } from "../registry.ts";
import type { Toolchain } from "../targets/toolchain.ts";
import type { Triple } from "../targets/triple.ts";

export type RuntimeChoice =
  | {
      kind: "node";
      node: Toolchain;
      /** Oldest version of the C library that it runs with, beside what its symbol versions say. */
      libcFrom?: string;
    }
  | { kind: "host" };

/** The runtime to send; undefined if the board's own Node runs the program. */
export function selectRuntime(setting: string, target: Triple, registry: Registry): RuntimeChoice | undefined {
  if (setting === "board") return undefined;
  if (setting === "host") return { kind: "host" };
  const { nodes, triple } = target;
  if ("why" in nodes)
    throw new BoardkitError(`there is no Node to send to ${triple}: ${nodes.why}`, {
      code: "NO_RUNTIME",
      exit: "nothingMatched",
      place: "boardkit.deploy.runtime",
      fix: `"board" uses a Node that the board has; "host" sends Boardkit's small host for JavaScript, which has few of Node's modules (docs/running.md)\na program without Node: \`boardkit.deploy.command\``,
    });
  const [, wanted] = setting.split("@");
  const known = nodes.map(({ toolchain, libcFrom }) => ({ node: getToolchain(registry, toolchain), libcFrom }));
  const found = known.find(({ node: { version } }) => wanted === undefined || `${version}.`.startsWith(`${wanted}.`));
  if (found) return { kind: "node", node: found.node, ...(found.libcFrom === undefined ? {} : { libcFrom: found.libcFrom }) };
  const versions = known.map(({ node }) => node.version);
  throw new BoardkitError(`there is no Node ${wanted} to send to ${triple}; there is ${versions.join(", ")}`, {
    code: "NO_RUNTIME",
    exit: "nothingMatched",
    place: "boardkit.deploy.runtime",
    fix: `"node@${versions[0]?.split(".")[0]}", or "node" for the usual one\na further one is a file in targets/toolchains, and a line in \`nodes\` of targets/triples/${triple}.json`,
  });
}
