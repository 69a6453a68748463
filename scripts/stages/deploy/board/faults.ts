// The errors of the tool on the board, `<CODE> <text>`, with what to do.
import { BoardkitError } from "../../../lib/errors.ts";
import { printable } from "../../../lib/printable.ts";

const FIXES: Record<string, string> = {
  LOCKED: "another deploy works on this board: wait for its end; the lock of one that has died ends after 2 minutes",
  NO_SPACE: "free space there, or remove old files; `boardkit status` shows the releases",
  READ_ONLY: "mount the file system for writing, or name another folder in `boardkit.deploy.folder`",
  NO_EXEC: "mount it without noexec, or name another folder in `boardkit.deploy.folder`",
  NO_PREVIOUS: "`boardkit status` shows what runs; a release before it is there after a second deploy",
  RELEASE_GONE: "`boardkit deploy` sends it again",
  NOT_IN_MEMORY: "name a folder of a tmpfs in `boardkit.deploy.volatile`, for example below /dev/shm; /proc/mounts lists them",
  MEMORY_FOLDER: "remove it on the board, or name another one in `boardkit.deploy.volatile`",
  OTHER_PLACE: "`boardkit remove` leaves the data and the file of variables; then deploy again",
  TRIAL_LOST: "the board was not confirmed in time, and runs the release before; raise `boardkit.deploy.confirm` if it starts slowly",
};

/** The error of a record. */
export function faultOf(record: string, name: string): BoardkitError {
  const [, code = "BOARD_FAILED", text = record] = /^([A-Z][A-Z_]*) ([^]*)$/.exec(record) ?? [];
  const fix = FIXES[code];
  return new BoardkitError(`${name}: ${printable(text)}`, { code, place: name, ...(fix === undefined ? {} : { fix }) });
}
