// What the package managers have in common here.
import type { System } from "./system.ts";

export type Installation = {
  /** A copy of the project. */
  folder: string;
  /** The app for sentences. */
  what: string;
  /** The text of its lockfile. */
  lock: string;
  /** Whether the lockfile is the user's, who installs by it without changes. */
  isLocked: boolean;
  npmrc: string;
  system: System;
  /** Kinds of dependencies to leave out: `dev`. */
  omit: string[];
  /** The environment of this process. */
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
};

/** How to run a package manager. */
export type Run = Pick<Installation, "folder" | "npmrc" | "env" | "signal">;

/** A package that the package manager does not install on the system, although another one needs it. */
export type Refusal = { name: string; version: string; /** Its fields os, cpu and libc as text. */ wanted: string };

/** Installs a project for a system, without scripts. A package that is refused is installed in spite of that, so that it can be judged. */
export type Installer = (installation: Installation) => Promise<Refusal[]>;
