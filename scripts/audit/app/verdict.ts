// The files of a package that a place loads, with everything that was read from them -> the verdict. Pure.
import { judge } from "../judge.ts";
import type { Place } from "../place.ts";
import { rules } from "../rules/index.ts";
import type { Subject } from "../subject.ts";
import type { Inspected } from "./inspected.ts";
import type { Loaded } from "./subjects.ts";
import type { AppProblem, PlaceVerdict } from "./report.ts";

/** A loaded file: its bytes as they were inspected, and what its closure settles. */
export type LoadedFile = {
  /** From the folder of the app. */
  path: string;
  /** Whether an installation compiled it; other files are as their author published them. */
  isBuilt: boolean;
  isProgram: boolean;
  /** The addon or program of the package that brings it, from the folder of the app; empty if the package loads all of them. */
  entry: string;
  inspected: Inspected;
  /** NEEDED names that the app itself brings. */
  brought: Set<string>;
  /** Undefined symbols that a library of the app defines. */
  defined: Set<string>;
};

/** Whom the problems are for: a user of the package, who can choose another one, or its author, who can build it in another way. */
export type Audience = "user" | "author";

/** The names of features for sentences. */
export type FeatureNames = (arch: string, feature: string) => string;

/** The problems of the files of a package on a place. */
export function findProblems(files: LoadedFile[], place: Place, featureNames: FeatureNames, audience: Audience = "user"): AppProblem[] {
  const problems = files.map((file) => ({ file, problems: problemsOf(file, place, featureNames, audience) }));
  const entries = new Set(files.map(({ entry }) => entry));
  const failing = new Set(problems.flatMap((one) => (one.problems.some(({ severity }) => severity === "error") ? [one.file.entry] : [])));
  return problems.flatMap((one) =>
    one.problems.map((problem) => (failing.size < entries.size ? asVariant(problem, one.file.entry) : problem)),
  );
}

/**
 * A package may bring addons that do the same with different libraries, such as node-hid's for libusb and for hidraw. Which it loads is
 * its code's choice, so that a library that only one of them misses is no error. A crash stays one.
 */
function asVariant(problem: AppProblem, entry: string): AppProblem {
  return problem.severity === "error" && problem.rule?.startsWith("link/")
    ? { ...problem, severity: "warning", text: `${problem.text}; this is about ${entry}, one of its addons` }
    : problem;
}

/** The problems of one file on a place. */
function problemsOf(file: LoadedFile, place: Place, featureNames: FeatureNames, audience: Audience): AppProblem[] {
  const { inspected, path } = file;
  if (inspected.notElf !== undefined)
    return [{ severity: "error", rule: "file/not-elf", file: path, text: `does not load: ${inspected.notElf}` }];
  return inspected.subjects.flatMap((one) => {
    const subject = settle({ ...one, path }, file);
    return judge(subject, place).flatMap((finding): AppProblem[] => {
      const { forUser } = rules[finding.rule];
      if (finding.severity === "note") return [];
      if (audience === "author")
        return [
          {
            severity: finding.severity,
            rule: finding.rule,
            file: path,
            text: `${path}: ${finding.rule}: ${finding.message}`,
            advice: finding.fix,
          },
        ];
      if (!forUser) return [];
      const situation = { subject, place, finding, featureName: featureNames(place.arch, finding.feature ?? ""), isBuilt: file.isBuilt };
      const text = forUser.problem(situation);
      if (text === undefined) return [];
      const advice = forUser.advice?.(situation);
      // A package may look for the program of the system first, and run its own only without that.
      const severity = file.isProgram && finding.rule === "file/architecture" ? "warning" : (forUser.severity ?? finding.severity);
      const crashes = forUser.crashes?.(situation) === true ? { crashes: true as const } : {};
      return [{ severity, rule: finding.rule, file: path, text, ...crashes, ...(advice === undefined ? {} : { advice }) }];
    });
  });
}

/** Packages that need an optional one catch the error of its load; no program catches a crash. */
function asOptional(problem: AppProblem): AppProblem {
  return problem.severity === "error" && problem.crashes !== true
    ? { ...problem, severity: "warning", text: `${problem.text}; the packages that need it work without it` }
    : problem;
}

/** The verdict about a package on a place. An optional package only warns: the packages that need it work without it. */
export function toVerdict(
  place: Place,
  loaded: Pick<Loaded, "way" | "missing" | "hint">,
  files: LoadedFile[],
  problems: AppProblem[],
  isOptional: boolean,
): PlaceVerdict {
  const { hint } = loaded;
  const hinted = problems.map((one) => (hint !== undefined && one.rule === "libc/family" ? { ...one, advice: hint } : one));
  const all = unique([...hinted, ...missingProblems(loaded, place)]).map((one) => (isOptional ? asOptional(one) : one));
  const sorted = all.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
  return {
    place: place.name,
    verdict: sorted[0] === undefined ? "runs" : sorted[0].severity === "error" ? "fails" : "warning",
    files: files.map(({ path }) => path),
    ...(loaded.way === "" ? {} : { way: loaded.way }),
    problems: sorted,
  };
}

function missingProblems({ missing }: Pick<Loaded, "missing">, place: Place): AppProblem[] {
  const system = `${place.libc} on ${place.arch === "arm" ? "32-bit ARM" : place.arch}`;
  switch (missing?.kind) {
    case undefined:
      return [];
    case "absent":
      return [
        {
          severity: "error",
          text: `has no file here for this system: ${missing.name} is not installed`,
          advice: "install on the board, or audit the lockfile for that board",
        },
      ];
    case "unlocked":
      return [
        {
          severity: "error",
          text: `is installed without its file for this system: the lockfile has no entry for ${missing.name}`,
          advice: "remove node_modules and the lockfile, and install again: npm leaves other platforms out of a lockfile (npm/cli#4828)",
        },
      ];
    case "unpublished":
      return [{ severity: "error", text: `has no file for ${system}: ${missing.name} is not published` }];
    case "source":
      return [
        {
          severity: "warning",
          text: `is compiled at installation: it brings no file for ${system}`,
          advice: "install a C++ compiler, make and Python on the board, or bring the compiled file along",
        },
      ];
    case "download":
      return [
        {
          severity: "warning",
          text: "gets its file from its install script, which downloads it or compiles it",
          advice: "install the app on the board, or with its install scripts, and audit that folder",
        },
      ];
    case "none":
      return [{ severity: "error", text: `has no file for ${system}` }];
  }
}

/** Takes out what the app's own libraries provide. */
function settle(subject: Subject, { brought, defined }: LoadedFile): Subject {
  const { facts, nodeApi } = subject;
  return {
    ...subject,
    searched: true,
    facts: { ...facts, needed: facts.needed.filter((name) => !brought.has(name)) },
    nodeApi: { ...nodeApi, unknown: nodeApi.unknown.filter((name) => !defined.has(name)) },
  };
}

/** One problem per text. */
function unique(problems: AppProblem[]): AppProblem[] {
  return [...new Map(problems.map((one) => [`${one.severity} ${one.text}`, one])).values()];
}
