// Finds the Node-API functions that the host does not implement, and generates the C source of their stubs. Pure: text in, text out.

/** Node-API names by version, in the form of the `node-api-headers` package's `symbols`. */
export type SymbolTable = Readonly<
  Record<string, { readonly js_native_api_symbols: readonly string[]; readonly node_api_symbols: readonly string[] }>
>;

/**
 * Functions that Node exports but no released version of Node-API lists (`NAPI_EXPERIMENTAL` in Node's headers). One unknown name makes a
 * load fail, so addons with these functions get stubs: only a call is an error.
 */
const experimental = [
  "node_api_create_object_with_properties",
  "node_api_create_sharedarraybuffer",
  "node_api_is_sharedarraybuffer",
  "node_api_post_finalizer",
  "node_api_set_prototype",
] as const;

/** All Node-API function names, sorted, each once. */
export function allSymbols(table: SymbolTable): string[] {
  const listed = Object.values(table).flatMap((version) => [...version.js_native_api_symbols, ...version.node_api_symbols]);
  return [...new Set([...listed, ...experimental])].toSorted();
}

/**
 * Names that C sources implement, sorted: the first argument of a macro in capitals that starts a line, for example
 * `IMPLEMENTED(napi_typeof)(` or `GET(napi_get_element, ...`.
 */
export function implementedSymbols(sources: readonly string[]): string[] {
  const names = sources.flatMap((source) => [...source.matchAll(/^[A-Z_]+\(((?:napi|node_api)_\w+)[,)]/gm)].map((match) => match[1] ?? ""));
  return [...new Set(names)].toSorted();
}

/** Names of the table that the sources do not implement, sorted. Throws if the sources implement a name that is not in the table. */
export function unimplementedSymbols(table: SymbolTable, sources: readonly string[]): string[] {
  const all = allSymbols(table);
  const implemented = implementedSymbols(sources);
  const unknown = implemented.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`the host implements unknown Node-API functions: ${unknown.join(", ")}`);
  return all.filter((name) => !implemented.includes(name));
}

/**
 * C source that defines each name as a function which ends the process with that name. The stubs take no parameters: all calling conventions
 * of the targets ignore extra arguments.
 */
export function stubSource(names: readonly string[]): string {
  return [
    "// Generated from the node-api-headers package and the sources of the host: stubs of the unimplemented Node-API functions.",
    '__attribute__((visibility("hidden"))) _Noreturn void unimplemented(const char *name);',
    '#define STUB(name) __attribute__((visibility("default"))) int name(void) { unimplemented(#name); }',
    ...names.map((name) => `STUB(${name})`),
    "",
  ].join("\n");
}
