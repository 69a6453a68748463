import { createRequire } from "node:module";

import { expect, test } from "vitest";

import { allSymbols, implementedSymbols, stubSource, type SymbolTable, unimplementedSymbols } from "./symbols.ts";

const table: SymbolTable = {
  v1: { js_native_api_symbols: ["napi_typeof", "napi_throw"], node_api_symbols: ["napi_async_init"] },
  v2: { js_native_api_symbols: ["napi_typeof", "node_api_symbol_for"], node_api_symbols: [] },
};

test("implemented names are first arguments of macros that start a line", () => {
  const source = [
    "IMPLEMENTED(napi_typeof)(napi_env env) {",
    "GET(napi_get_element, uint32_t index, new_number(index))",
    "IMPLEMENTED_FATAL(napi_fatal_error)(void) {",
    "#define IMPLEMENTED(name) napi_status name",
    "  CHECK(napi_ok, status)",
    "// IMPLEMENTED(napi_throw)",
    "status = napi_create_object(env, &value);",
    "IMPLEMENTED(node_api_symbol_for)(napi_env env) {",
  ].join("\n");
  expect(implementedSymbols([source])).toEqual(["napi_fatal_error", "napi_get_element", "napi_typeof", "node_api_symbol_for"]);
});

test("the unimplemented names are left, each once and sorted", () => {
  const left = unimplementedSymbols(table, ["IMPLEMENTED(napi_typeof)(void)", "IMPLEMENTED(node_api_symbol_for)(void)"]);
  expect(left).toEqual(expect.arrayContaining(["napi_async_init", "napi_throw", "node_api_post_finalizer"]));
  expect(left).toEqual([...new Set(left)].toSorted());
  expect(left).not.toContain("napi_typeof");
  expect(left).not.toContain("node_api_symbol_for");
});

test("an unknown Node-API name is an error that names it", () => {
  expect(() => unimplementedSymbols(table, ["IMPLEMENTED(napi_typo)(void)"])).toThrow("napi_typo");
});

test("each name becomes one stub", () => {
  const text = stubSource(["napi_run_script", "napi_throw"]);
  expect(text.match(/^STUB\(.*\)$/gm)).toEqual(["STUB(napi_run_script)", "STUB(napi_throw)"]);
  expect(text.endsWith("\n")).toBe(true);
});

test("the node-api-headers package has the expected format", () => {
  const headers = createRequire(import.meta.url)("node-api-headers") as { symbols: SymbolTable };
  const names = allSymbols(headers.symbols);
  expect(names).toContain("napi_create_function");
  expect(names).toContain("napi_module_register");
  expect(names.every((name) => /^(napi|node_api)_\w+$/.test(name))).toBe(true);
});
