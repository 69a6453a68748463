// The systems of a board: what each changes, and the names of a board with one, such as `pi-4@raspios-bookworm-32`.
import { BoardkitError } from "../lib/errors.ts";
import { suggest } from "../lib/nearest.ts";
import type { Board, BoardFile } from "./targets/board.ts";
import type { System } from "./targets/system.ts";
import { selectBoard, type Registry } from "./registry.ts";

/** Between the names of a board and of its system. */
const AT = "@";

/** A board with one of its systems, by default with the usual one. */
export function withSystem(systems: ReadonlyMap<string, System>, file: BoardFile, id = file.systems[0]?.system): Board {
  const chosen = file.systems.find(({ system }) => system === id);
  const found = systems.get(id ?? "");
  if (!chosen || !found) throw unknownSystem(file, id ?? "");
  const { system, target, pageSize, node = found.node.newest } = chosen;
  return { ...file, system, target, pageSize, libcVersion: found.libcVersion, node };
}

/** The board of a name, `<board>` or `<board>@<system>`; the board may be one of its memory sizes. */
export function selectBoardAt(registry: Registry, name: string): Board {
  const [id = "", system, ...more] = name.split(AT);
  const board = selectBoard(registry, id);
  if (more.length > 0) throw unknownSystem(board, [system, ...more].join(AT));
  return system === undefined ? board : withSystem(registry.systems, board, system);
}

/** The name of a board with its system: the board's alone if that is the usual one. */
export function nameOf({ id, system, systems }: Board): string {
  return system === systems[0]?.system ? id : `${id}${AT}${system}`;
}

function unknownSystem({ id, systems }: BoardFile, name: string): BoardkitError {
  const names = systems.map(({ system }) => system);
  return new BoardkitError(`${id} has no system ${name}`, {
    code: "SYSTEM_UNKNOWN",
    exit: "usage",
    place: id,
    fix: [
      `${suggest(name, names)}the systems of ${id} are: ${names.join(", ")}`,
      `write ${id}${AT}${names.at(-1)}, for example; to add one, add it to systems of targets/boards/${id}.json`,
    ].join("\n"),
  });
}
