import type { Command } from "commander";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { createContext, print } from "../../../scripts/commands/shared.ts";
import type { Edge } from "../../../scripts/commands/command.ts";
import { compareHttpSend } from "../http-send/run.ts";
import { findOracle } from "../opa/build-oracle.ts";
import { type Grid, gridUrl } from "../opa/grid.ts";
import { startOracle } from "../opa/oracle.ts";

/** `boardkit dev http-send`: http.send of OPA and of Grid on the same requests; it builds OPA. */
export function addHttpSend(program: Command, edge: Edge): void {
  program
    .command("http-send")
    .description("compare http.send of OPA and of @boardkit/grid: the same requests to the same server on this machine")
    .option("--grid <file>", "the entry of another build of @boardkit/grid")
    .action(async ({ grid }: { grid?: string }) => {
      const context = createContext({}, edge);
      const found = await findOracle(context);
      if ("missing" in found) return context.reporter.skipped("check", "http.send beside OPA", found.missing);
      const oracle = startOracle(found.program, context.signal);
      try {
        const compared = await compareHttpSend(oracle, (await import(gridUrl(grid))) as Grid);
        const of = (verdict: string) => compared.filter((one) => one.verdict === verdict);
        for (const { request, opa, grid: own, verdict } of [...of("text"), ...of("refused"), ...of("differs")]) {
          const lines = [JSON.stringify(request), `  OPA:  ${JSON.stringify(opa)}`, `  Grid: ${JSON.stringify(own)}`];
          print(`${verdict}: ${lines.map((line) => line.slice(0, 400)).join("\n")}\n`);
        }
        print(
          `${compared.length} requests: ${of("same").length} the same, ${of("text").length} with another text of an error, ${of("refused").length} refused\n`,
        );
        if (of("differs").length > 0) fail(of("differs").length);
      } finally {
        await oracle.end();
      }
    });
}

function fail(count: number): never {
  throw new BoardkitError(`${count} requests have another result than in OPA`, {
    code: "ANSWERS_DIFFER",
    fix: "the lines above show the requests and both results",
  });
}
