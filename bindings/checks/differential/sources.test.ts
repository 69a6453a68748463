import { expect, test } from "vitest";
import { shrinkText } from "./shrink-text.ts";
import type { GridSays } from "../check-errors/judge.ts";
import { differ, stageOf as stageBeside } from "./sources.ts";

const stageOf = (says: GridSays) => stageBeside(says, new Set(["http.send"]));

test("the stage of a rejection is that of its first fault", () => {
  const fault = (code: string, opaCode?: string) => ({ code, message: "m", ...(opaCode && { opaCode }) });
  expect(stageOf({ faults: [] })).toBe("takes");
  expect(stageOf({ faults: [fault("GRID_COMPILE", "rego_parse_error"), fault("GRID_COMPILE", "rego_type_error")] })).toBe("parse");
  expect(stageOf({ faults: [fault("GRID_COMPILE", "rego_type_error")] })).toBe("compile");
  expect(stageOf({ faults: [fault("GRID_COMPILE")] })).toBe("refuses");
  expect(stageOf({ faults: [fault("GRID_LIMIT")] })).toBe("limit");
  expect(stageOf({ faults: [{ ...fault("GRID_COMPILE"), message: "this build lacks the builtin http.send" }] })).toBe("lacks");
  expect(stageOf({ ended: "SIGABRT" })).toBe("broken");
  expect(stageOf({ thrown: "GRID_INTERNAL" })).toBe("broken");
});

test("other stages differ; a crash of Grid always does", () => {
  expect(differ("takes", "takes")).toBe(false);
  expect(differ("parse", "refuses")).toBe(false);
  expect(differ("takes", "limit")).toBe(false);
  expect(differ("broken", "takes")).toBe(false);
  for (const [opa, grid] of [
    ["takes", "parse"],
    ["takes", "refuses"],
    ["parse", "takes"],
    ["compile", "takes"],
    ["parse", "compile"],
    ["compile", "parse"],
    ["parse", "broken"],
  ] as const)
    expect(differ(opa, grid)).toBe(true);
});

test("a source is shortened to the part that shows", async () => {
  const text = "package a\n\nimport data.b\n\np if {\n\tx := [1, 2, 3]\n\tx[0] == 1\n}\n";
  const shows = (shorter: string) => Promise.resolve(/package[^]*x\[/.test(shorter));
  expect(await shrinkText(text, 1000, shows)).toBe("packagex[");
  expect(await shrinkText(text, 0, shows)).toBe(text);
});
