// Facts of a file against what a board or a target gives -> findings. Pure.
import type { ElfFacts, Finding, NodeApiFacts } from "./report.ts";
import { lineHas, lowestNode } from "./node-api-versions.ts";
import { compareVersions, highestVersion } from "./elf/facts.ts";
import type { Place } from "./place.ts";
import { rules, type RuleId } from "./rules.ts";

/** Libraries that are part of the C library's package, or Node's own. */
const ALWAYS_THERE =
  /^(libc|libm|libdl|libpthread|librt|libresolv|libutil)\.so(\.\d+)?$|^libc\.musl-.*\.so\.1$|^ld-(linux|musl)-?.*\.so(\.\d+)?$/;

/** Everything in which the facts differ from what the place gives; a file for another architecture has that finding alone. */
export function judge(facts: ElfFacts, node: NodeApiFacts, place: Place): Finding[] {
  if (facts.arch !== place.arch || facts.bits !== place.bits)
    return [finding("file/architecture", `it is ${facts.arch}, ${facts.bits} bits; ${place.name} is ${place.arch}, ${place.bits} bits`)];
  return [
    ...judgeLibc(facts, place),
    ...judgeLinks(facts, node, place),
    ...judgeLoad(facts, place),
    ...judgeNode(node, place),
    ...judgeSize(facts),
    ...judgeAlignment(facts, place),
  ];
}

/** The size of the file in bytes against the project's budget. */
export function judgeBudget(bytes: number, { sizeBudget = Infinity }: Place): Finding[] {
  if (bytes <= sizeBudget) return [];
  return [finding("size/budget", `it has ${bytes} bytes, ${bytes - sizeBudget} more than its budget of ${sizeBudget}`)];
}

/** A finding with its rule's severity and fix. */
export function finding(rule: RuleId, message: string, more: Partial<Finding> = {}): Finding {
  const { severity, fix } = rules[rule];
  return { rule, severity, message, fix, ...more };
}

function judgeLibc(facts: ElfFacts, place: Place): Finding[] {
  const found: Finding[] = [];
  if (facts.floatAbi === "soft")
    found.push(finding("file/float-abi", `it passes floats in integer registers; ${place.name} is hard-float`));
  if (facts.libc && facts.libc !== place.libc)
    return [...found, finding("libc/family", `it is linked for ${facts.libc}, and ${place.name} has ${place.libc}`)];
  if (place.libc !== "glibc" || !facts.glibc) return found;
  const above = (floor: string) => compareVersions(facts.glibc ?? "0", floor) > 0;
  const need = `it needs GLIBC_${facts.glibc}${describeSymbols(facts)}`;
  if (place.libcVersion && above(place.libcVersion))
    found.push(finding("libc/version", `${need}; ${place.name} has glibc ${place.libcVersion}`));
  if (place.glibcFloor && above(place.glibcFloor))
    found.push(finding("libc/floor", `${need}, above the declared floor ${place.glibcFloor}`));
  return found;
}

function describeSymbols({ glibcSymbols }: ElfFacts): string {
  if (glibcSymbols.length === 0) return "";
  const names = glibcSymbols.slice(0, 3).map((symbol) => symbol.name);
  const more = glibcSymbols.length > 3 ? ` and ${glibcSymbols.length - 3} more` : "";
  const weak = glibcSymbols.every((symbol) => symbol.weak) ? "; weak, but the loader asks for their version all the same" : "";
  return ` for ${names.join(", ")}${more}${weak}`;
}

function judgeLinks(facts: ElfFacts, node: NodeApiFacts, place: Place): Finding[] {
  // Routers and Alpine containers, where musl is, have no libstdc++ and no libgcc_s unless somebody installs them.
  const more = place.libc === "musl" ? { severity: "error" as const } : {};
  const others = facts.needed.filter((name) => !ALWAYS_THERE.test(name));
  const found = others.map((name) => finding("link/library", describeLibrary(name, facts), more));
  if (facts.searchPath && !facts.searchPath.split(":").every((path) => path.startsWith("$ORIGIN")))
    found.push(finding("link/search-path", `libraries are searched in ${facts.searchPath}`));
  if (node.kind !== "none" && node.unknown.length > 0) {
    const [some, left] = [node.unknown.slice(0, 5), node.unknown.length - 5];
    found.push(finding("link/unknown-symbol", `nothing provides ${some.join(", ")}${left > 0 ? ` and ${left} more` : ""}`));
  }
  return found;
}

/** Names a library with the highest version of each kind that it must have. */
function describeLibrary(name: string, facts: ElfFacts): string {
  const versions = { [name]: facts.versions[name] ?? [] };
  const highest = ["GLIBCXX_", "CXXABI_", "GCC_"].flatMap((prefix) => {
    const version = highestVersion(versions, prefix);
    return version === undefined ? [] : [prefix + version];
  });
  return `it needs ${name}${highest.length > 0 ? ` with ${highest.join(", ")}` : ""}`;
}

function judgeLoad(facts: ElfFacts, place: Place): Finding[] {
  const found: Finding[] = [];
  if (facts.cutOff) found.push(finding("file/not-elf", "a segment lies beyond the end of the file"));
  if (facts.loadAlign % place.pageSize !== 0)
    found.push(
      finding("load/page-size", `segments are aligned to ${facts.loadAlign} bytes, and ${place.name} has pages of ${place.pageSize}`),
    );
  if (facts.staticTls) found.push(finding("load/static-tls", "it asks for initial-exec thread-local storage"));
  if (facts.textRelocations) found.push(finding("load/text-relocations", "its code is changed at load"));
  if (facts.executableStack) found.push(finding("load/executable-stack", "it asks for an executable stack"));
  if (!facts.relro || !facts.bindNow)
    found.push(finding("load/no-relro", facts.relro ? "RELRO is partial: no BIND_NOW" : "there is no RELRO"));
  return found;
}

function judgeNode(node: NodeApiFacts, place: Place): Finding[] {
  if (node.kind === "none") return [];
  if (node.kind === "v8") {
    const version = node.moduleVersion === undefined ? "" : ` (NODE_MODULE_VERSION ${node.moduleVersion})`;
    return [finding("node/one-line-only", `it is built against V8 of one Node line${version}`)];
  }
  if (node.version === undefined || place.node === undefined || lineHas(place.node, node.version)) return [];
  const lowest = lowestNode(node.version) ?? "newer than any known";
  const message = `it needs Node-API ${node.version}, so Node ${lowest}, for ${node.newest.slice(0, 3).join(", ")}; ${place.name} has Node ${place.node}`;
  return [finding("node/version", message, node.lookedUp ? { severity: "warning" } : {})];
}

function judgeSize(facts: ElfFacts): Finding[] {
  if (facts.debugBytes > 0) return [finding("size/debug", `${(facts.debugBytes / 1e6).toFixed(2)} MB of debug information`)];
  return facts.stripped ? [] : [finding("size/symbols", "the symbol table for debuggers is in the file")];
}

function judgeAlignment(facts: ElfFacts, place: Place): Finding[] {
  if (!facts.unalignedAccess) return [];
  const others = "ARMv5 and below, and kernels that check alignment, do not";
  return [finding("cpu/unaligned-access", `its attributes allow words at odd addresses: ${place.name} takes them in hardware, ${others}`)];
}
