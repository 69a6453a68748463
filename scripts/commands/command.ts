// A command of the CLI: its line in `--help`, and its module, which is loaded only when the command is called.
import type { Command } from "commander";
import type { Registry } from "../model/registry.ts";

/** The environment of a run: variables, the signal that an interrupt aborts, and the data of targets/. */
export type Edge = { env: NodeJS.ProcessEnv; signal: AbortSignal; loadRegistry: () => Registry };

/** Adds arguments, options and action to a command. */
export type Define = (command: Command, edge: Edge) => void;

export type CommandEntry = { name: string; summary: string; load: () => Promise<Define> };
