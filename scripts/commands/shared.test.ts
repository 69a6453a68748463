import { expect, test } from "vitest";
import { runtimesOption } from "./shared.ts";

const parse = (text: string) => runtimesOption().parseArg?.(text, undefined);

test("runtimes are separated by commas, each once", () => {
  expect(parse("deno")).toEqual(["deno"]);
  expect(parse("deno,bun,deno")).toEqual(["bun", "deno"]);
});

test("an unknown runtime names those that exist", () => {
  expect(() => parse("bun,node")).toThrow("unknown: node; the runtimes are bun, deno.");
});
