import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/no-entry",
  severity: "error",
  order: 100,
  everyArchitecture: true,
  title: "no addon",
  why: "The file neither exports napi_register_module_v1 nor registers a module: require() answers `Module did not self-register`.",
  fix: "build the cdylib that napi-rs makes, not a library of it",
  link: "https://github.com/napi-rs/napi-rs/issues/162",
  check: ({ path, nodeApi }) => (path.endsWith(".node") && nodeApi.kind === "none" ? [{ message: "it has no entry for Node" }] : []),
};
