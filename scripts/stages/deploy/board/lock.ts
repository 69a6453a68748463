// The lock of a board, and what is done there after an error.
import { randomUUID } from "node:crypto";
import { BoardkitError } from "../../../lib/errors.ts";
import { faultOf } from "./faults.ts";
import type { Board, Records } from "./tool.ts";

/** Holds the lock of a board while `work` runs, also against an interrupt. */
export async function withLock<T>(board: Board, work: (token: string) => Promise<T>): Promise<T> {
  const token = randomUUID();
  try {
    return await work(token);
  } finally {
    await afterwards(board, "unlock", [token]);
  }
}

/** Refuses a board whose lock somebody else holds, as its inventory says. */
export function requireLock(locked: string | undefined, { name }: Board): void {
  if (locked !== undefined) throw faultOf(`LOCKED another deploy holds the lock: ${locked}`, name);
}

/** Seconds for what is done after an error or an interrupt. */
const AFTERWARDS_SECONDS = 20;

/** Boards that do not answer any more: nobody waits for them again. */
const silent = new WeakSet<Board>();

/** An operation after an error or an interrupt; a dead link or a lock of somebody else does not hide what came before. */
export async function afterwards(board: Board, op: string, args: string[]): Promise<Records | undefined> {
  if (silent.has(board)) return undefined;
  const signal = AbortSignal.timeout(AFTERWARDS_SECONDS * 1000);
  try {
    return await board.call(op, args, { signal });
  } catch (error) {
    if (signal.aborted || (error instanceof BoardkitError && error.code === "HOST_AWAY")) silent.add(board);
    if (error instanceof BoardkitError || signal.aborted) return undefined;
    throw error;
  }
}
