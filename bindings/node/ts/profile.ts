import { totalmem } from "node:os";
import { describe } from "./arguments.ts";
import { ArgumentError } from "./errors.ts";
import { PROFILES } from "./profiles.ts";

/** A class of memory with limits for the options that are left out; see the table in README.md. */
export type ProfileName = keyof typeof PROFILES;

/** The limits of a profile. */
type Profile = (typeof PROFILES)[ProfileName];

const VARIABLE = "GRID_PROFILE";
const MIB = 1024 * 1024;

/** The profile of the option `profile`; undefined if it is left out. */
export function optionProfile(given: unknown): Profile | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "string") throw new ArgumentError(`the option profile must be a string; got ${describe(given)}`);
  return named(given, "the option profile");
}

/** The profile of the variable GRID_PROFILE; undefined if it is not set. */
export function environmentProfile(): Profile | undefined {
  const given = process.env[VARIABLE];
  return given === undefined || given === "" ? undefined : named(given, `the variable ${VARIABLE}`);
}

function named(name: string, where: string): Profile {
  if (name === "auto") return profileOf(machineMemory());
  if (Object.hasOwn(PROFILES, name)) return PROFILES[name as ProfileName];
  throw new ArgumentError(`${where} must be ${Object.keys(PROFILES).join(", ")} or auto; got ${JSON.stringify(name)}`);
}

/** The profile for a number of bytes of memory. */
export function profileOf(bytes: number): Profile {
  const fitting = Object.values(PROFILES).filter(({ leastMiB }) => leastMiB * MIB <= bytes);
  return fitting.at(-1) ?? PROFILES.tiny;
}

/** The memory limit of this process in bytes: that of the machine, or of its control group (v1 or v2) if that is lower. */
function machineMemory(): number {
  // 0 without a control group, and about 2^63 without a limit.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
