// The interface of a file to Node: Node-API, whose functions determine the lowest Node, or V8, which binds the file to one Node line.
import type { ElfFacts, NodeApiFacts } from "./report.ts";
import type { Dynamic } from "./elf/dynamic.ts";
import { archOf, PF_EXECUTE, PT, type ElfFile } from "./elf/file.ts";
import { declaredVersion } from "./node-api-declared.ts";
import { isExported } from "./symbols/exported.ts";

/** Node-API functions by version, as in the package `node-api-headers`: `{v1: {...}, v2: {...}}`. Each version includes those before it. */
export type NodeApiTable = Readonly<
  Record<string, { readonly js_native_api_symbols: readonly string[]; readonly node_api_symbols: readonly string[] }>
>;

const ENTRY = /^(napi_register_module_v\d+|node_register_module_v(\d+))$/;

/** Reads the interface from symbols; if the functions are looked up at run time, from names in the data. */
export function readNodeApi(file: ElfFile, dynamic: Dynamic, libc: ElfFacts["libc"], table: NodeApiTable): NodeApiFacts {
  const versionOf = versionsOf(table);
  const imports = dynamic.symbols.filter((symbol) => !symbol.defined);
  const linked = imports.map((symbol) => symbol.name).filter((name) => versionOf.has(name));
  const entry = dynamic.symbols.find((symbol) => symbol.defined && ENTRY.test(symbol.name))?.name;
  const isV8 = imports.some((symbol) => /^_ZNK?2v8/.test(symbol.name)) || entry?.startsWith("node_register_module_v") === true;
  const registers =
    entry ?? ["napi_module_register", "node_module_register"].find((name) => imports.some((symbol) => symbol.name === name));
  const looked = linked.length > 0 ? [] : namesInData(file, [...versionOf.keys()]);
  const used = linked.length > 0 ? linked : looked;
  const version = used.reduce((most, name) => Math.max(most, versionOf.get(name) ?? 0), 0);
  const declared = declaredVersion(file, dynamic);
  const moduleVersion = Number(ENTRY.exec(entry ?? "")?.[2]);
  return {
    kind: isV8 ? "v8" : registers !== undefined ? "node-api" : "none",
    ...(registers === undefined ? {} : { entry: registers }),
    ...(moduleVersion > 0 ? { moduleVersion } : {}),
    ...(version > 0 && !isV8 ? { version } : {}),
    newest: used.filter((name) => versionOf.get(name) === version).toSorted(),
    ...(declared === undefined ? {} : { declared }),
    lookedUp: looked.length > 0,
    // The names of musl have no versions, although those of libgcc_s have.
    unknown: (dynamic.versions.length === 0 || libc === "musl" ? [] : imports)
      .filter(({ name, version: required, weak }) => required === undefined && !weak && !versionOf.has(name))
      .map(({ name }) => name)
      .filter((name) => !isExported(name, archOf(file))),
  };
}

/** The version that added each function. */
function versionsOf(table: NodeApiTable): Map<string, number> {
  const versions = new Map<string, number>();
  const known = Object.entries(table).map(([key, symbols]) => [Number(key.slice(1)), symbols] as const);
  for (const [version, symbols] of known.toSorted(([a], [b]) => a - b)) {
    for (const name of [...symbols.js_native_api_symbols, ...symbols.node_api_symbols])
      if (!versions.has(name)) versions.set(name, version);
  }
  return versions;
}

/** Names in the data of a file. Rust does not end strings with NUL, so there may be no gap between two names. */
function namesInData(file: ElfFile, names: string[]): string[] {
  const parts = file.segments.filter((segment) => segment.type === PT.load && (segment.flags & PF_EXECUTE) === 0);
  const runs = parts.flatMap((segment) => {
    const data = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length)
      .subarray(segment.offset, segment.offset + segment.fileSize)
      .toString("latin1");
    return [...data.matchAll(/(?:napi|node_api)_\w+/g)].map((match) => match[0]);
  });
  const joined = [...new Set(runs)].join("\n");
  return names.filter((name) => joined.includes(name));
}
