import type { Command } from "commander";
import { testPython } from "../testing/python.ts";
import { createContext, type Edge, print } from "./shared.ts";

/** `boardkit test-python`: the tests of bindings/python, as one suite of `boardkit test` runs them. */
export function addTestPython(program: Command, edge: Edge): void {
  program
    .command("test-python", { hidden: true })
    .description("build the wheel of boardkit_grid for this machine, and test it")
    .action(async () => {
      const counts = await testPython(createContext({}, edge));
      print(JSON.stringify(counts));
      if (counts.failed > 0) process.exitCode = 1;
    });
}
