// Runs the commands of the guides as the pages have them, and reports their results. Other tests run the code in other languages: Rust by
// cargo, from the examples that docs.test.ts compares with docs/crates.md; Python by bindings/python/tests/package/test_docs.py; the
// dependencies in TOML by the program that cargo zigbuild builds here. Nothing runs the two files for systemd and procd.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { Context } from "../../stages/context.ts";
import { describeEnd, run, tailOf } from "../../tools/exec.ts";
import type { Counts } from "../suites/counts.ts";
import { type End, runOnBoard } from "./board.ts";
import { type Guide, planGuides, type Planned } from "./commands.ts";
import { type GuidesGuest, NEED_GUEST, startGuidesGuest } from "./guest.ts";
import { buildGrid, makePlaces, type Places } from "./places.ts";
import { type Place, type Way, ways } from "./ways.ts";

const PAGES = ["python", "crates", "cross-compilation", "troubleshooting", "embedded", "deploy"];

/** Places whose commands need Grid for the router. */
const NEED_GRID: ReadonlySet<Place> = new Set(["boardkit", "router", "board"]);

/** The time limit of a command. A build on a slow machine takes a quarter of an hour. */
const MOST_SECONDS = 3600;

/** The texts of the pages. */
export function readGuides(): Promise<Guide[]> {
  return Promise.all(
    PAGES.map(async (name) => ({ page: `docs/${name}.md`, text: await readFile(join(packageRoot, "docs", `${name}.md`), "utf8") })),
  );
}

/** Runs the commands that contain `only`, or whose page name does. */
export async function testGuides(only: string, searchPath: string, context: Context): Promise<Counts> {
  const { planned, faults } = planGuides(await readGuides(), ways);
  if (faults.length > 0)
    throw new BoardkitError("the commands of the guides and scripts/checks/guides/ways.ts do not match", {
      code: "GUIDES_UNLISTED",
      tail: faults.join("\n"),
      fix: "change the page or the list",
    });
  const chosen = planned.filter(({ page, command }) => `${page} ${command}`.includes(only));
  if (chosen.length === 0)
    throw new BoardkitError(`no command and no page name contains ${only}`, {
      code: "COMMAND_NONE",
      exit: "nothingMatched",
      fix: "change the text of --only, or leave it out",
    });
  const total: Counts = { passed: 0, failed: 0, skipped: 0, reasons: [] };
  const places = await makePlaces(context, searchPath);
  if (chosen.some(({ way }) => "place" in way && NEED_GRID.has(way.place))) await buildGrid(places, context);
  const forBoard = chosen.filter(({ way }) => "place" in way && way.place === "board").map(lineOf);
  let board: Promise<Map<string, End>> | undefined;
  const needGuest = chosen.some(({ way }) => "place" in way && NEED_GUEST.has(way.place));
  const guest = needGuest ? await startGuidesGuest(places, context) : undefined;
  const endOf = async (one: Planned, place: Place) => {
    if (place !== "board") return runHere(lineOf(one), place, places, context, guest);
    board ??= runOnBoard(forBoard, places.folders.boardkit, context);
    return (await board).get(lineOf(one)) as End;
  };
  try {
    for (const one of chosen) await runOne(one, withObstacle(one.way, guest), endOf, total, context);
  } finally {
    await guest?.end();
  }
  return total;
}

/** The way, or a skip if it needs the machine behind ssh and there is none. */
function withObstacle(way: Way, guest: GuidesGuest | undefined): Way {
  return "place" in way && NEED_GUEST.has(way.place) && guest?.obstacle !== undefined ? { skip: guest.obstacle } : way;
}

async function runOne(
  one: Planned,
  way: Way,
  endOf: (one: Planned, place: Place) => Promise<End>,
  total: Counts,
  context: Context,
): Promise<void> {
  const { page } = one;
  // A here-document is more than a line.
  const [command = ""] = one.command.split("\n");
  if ("skip" in way) {
    total.skipped += 1;
    total.reasons.push(`${page}: ${command}: ${way.skip}`);
    context.reporter.skipped("run", command, way.skip);
    return;
  }
  const started = performance.now();
  const end = await endOf(one, way.place);
  const seconds = (performance.now() - started) / 1000;
  const fault = faultOf(way, end);
  const note = `in ${way.place}, of ${page}`;
  if (!fault) {
    total.passed += 1;
    context.reporter.done("run", command, seconds, note);
    return;
  }
  total.failed += 1;
  context.reporter.failed("run", command, seconds, `${note}: ${fault}`);
  process.stderr.write(`${tailOf(end.output)}\n`);
}

function lineOf({ command, way }: Planned): string {
  return "before" in way ? `${way.before} && ${command}` : command;
}

async function runHere(
  line: string,
  place: Exclude<Place, "board">,
  { folders, env }: Places,
  { signal }: Context,
  guest: GuidesGuest | undefined,
): Promise<End> {
  const argv = ["sh", "-c", line];
  const own = NEED_GUEST.has(place) ? guest?.env : undefined;
  const outcome = await run({ argv, cwd: folders[place], env: { ...env, ...own }, signal, timeoutSeconds: MOST_SECONDS });
  const endedBy = outcome.exitCode === undefined ? describeEnd(outcome) : undefined;
  return { exitCode: outcome.exitCode, endedBy, output: outcome.stdout + outcome.stderr };
}

/** The difference between the expected and the actual end of a command; undefined if there is none. */
export function faultOf({ exit = 0, shows }: Exclude<Way, { skip: string }>, { exitCode, endedBy, output }: End): string | undefined {
  if (exitCode !== exit) return `it ended with ${exitCode ?? endedBy}, not with ${exit}`;
  return shows?.test(output) === false ? `its output does not match ${shows.source}` : undefined;
}
