// Ensures that the tools of a stage are on the machine: programs are checked, toolchains are fetched.
import type { Context } from "../context.ts";
import type { State, Tools } from "../stage.ts";
import { fetchItems } from "./fetch.ts";
import { findMissing, hostTools, requireLinux, requireTools } from "./host-tools.ts";

/** Fails with all missing programs in one error; then fetches the missing toolchains. */
export async function ensureTools(
  { programs = [], items = [] }: Tools,
  { request }: Pick<State, "request">,
  context: Context,
): Promise<void> {
  if (programs.length > 0) requireLinux();
  const needed = hostTools.filter(({ name }) => programs.includes(name));
  requireTools(findMissing(needed, request.searchPath));
  await fetchItems(items, context);
}
