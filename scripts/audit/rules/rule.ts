// The shape of an audit rule. Each file in a folder below is one rule; `boardkit dev generate` writes the lists of them.
import type { Place } from "../place.ts";
import type { Finding, Severity } from "../report.ts";
import type { NotElf, Subject } from "../subject.ts";
import type { RuleId } from "./ids.ts";

export type Rule = {
  /** Folder and name of the file. */
  id: RuleId;
  /** Of its findings, unless `check` names another one. */
  severity: Severity;
  /** Position of its findings in a report: a lower number comes first. */
  order: number;
  /** Checks files for another architecture than the place's too; other rules skip them. */
  everyArchitecture?: boolean;
  /** What is wrong, as a heading. */
  title: string;
  why: string;
  fix: string;
  /** A report of the problem, or the specification. */
  link: string;
  /** Returns one report per problem. */
  check: (subject: Subject, place: Place) => Reported[];
  /** The same for a file that could not be read as ELF. */
  checkNotElf?: (file: NotElf) => Reported[];
  /** For a user of the package that has the file; absent for a rule that only its author can act on. */
  forUser?: {
    /** What happens on the place, as a sentence whose subject is the package; undefined if nothing does. */
    problem: (situation: Situation) => string | undefined;
    /** What the user can do, if it is more than to take another version of the package. */
    advice?: (situation: Situation) => string | undefined;
    /** Of a verdict, if it is not that of the finding: what an author has to fix may be a rare problem of a user. */
    severity?: "warning";
    /** Whether the problem ends Node, so that no program catches it. */
    crashes?: (situation: Situation) => boolean;
  };
};

/** A finding in its place. */
type Situation = {
  subject: Subject;
  place: Place;
  finding: Finding;
  /** The feature of the finding for sentences: `LSE atomics, which begin with ARMv8.1`. */
  featureName: string;
  /** Whether the installation compiled the file; other files are as their author published them. */
  isBuilt: boolean;
};

/** A problem that a rule found; the finding gets the rule's id and fix, and its severity if there is none here. */
export type Reported = Pick<Finding, "message" | "address" | "symbol" | "instruction" | "guarded" | "feature"> & {
  severity?: Severity;
  /** Sorts reports of rules with the same `order`; 0 by default. */
  rank?: number;
};
