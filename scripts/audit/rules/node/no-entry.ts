import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "node/no-entry",
  severity: "error",
  order: 100,
  everyArchitecture: true,
  title: "not an addon",
  why: "The file neither exports napi_register_module_v1 nor registers a module. require() fails with `Module did not self-register`.",
  fix: "load the cdylib of the napi-rs crate, not a library that it links",
  link: "https://github.com/napi-rs/napi-rs/issues/162",
  check: ({ path, nodeApi }) => (path.endsWith(".node") && nodeApi.kind === "none" ? [{ message: "it has no entry point for Node" }] : []),
  forUser: { problem: () => "cannot be loaded by Node: its file has no entry point" },
};
