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

/** The problems of one file on a place. */
export function findProblems(file: LoadedFile, place: Place, featureNames: FeatureNames, audience: Audience = "user"): AppProblem[] {
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
          { severity: finding.severity, rule: finding.rule, file: path, text: `${finding.rule}: ${finding.message}`, advice: finding.fix },
        ];
      if (!forUser) return [];
      const situation = { subject, place, finding, featureName: featureNames(place.arch, finding.feature ?? "") };
      const text = forUser.problem(situation);
      if (text === undefined) return [];
      const advice = forUser.advice?.(situation);
      return [{ severity: finding.severity, rule: finding.rule, file: path, text, ...(advice === undefined ? {} : { advice }) }];
    });
  });
}

/** The verdict about a package on a place. An optional package only warns: the packages that need it work without it. */
export function toVerdict(
  place: Place,
  loaded: Pick<Loaded, "way" | "missing">,
  files: LoadedFile[],
  problems: AppProblem[],
  isOptional: boolean,
): PlaceVerdict {
  const all = unique([...problems, ...missingProblems(loaded, place)]).map((one) =>
    isOptional && one.severity === "error"
      ? { ...one, severity: "warning" as const, text: `${one.text}; the packages that need it work without it` }
      : one,
  );
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
  const where = `${place.libc} on ${place.arch === "arm" ? "32-bit ARM" : place.arch}`;
  if (missing === undefined) return [];
  if (missing.kind === "absent") {
    const text = `has no file here for ${place.name}: ${missing.name} is not installed`;
    const advice = "install on the board, or audit the lockfile for that board";
    return [{ severity: "error", text, advice }];
  }
  if (missing.kind === "unlocked") {
    const text = `is installed without its file for ${place.name}: the lockfile has no entry for ${missing.name}`;
    const advice = "remove node_modules and the lockfile, and install again: npm leaves other platforms out of a lockfile (npm/cli#4828)";
    return [{ severity: "error", text, advice }];
  }
  if (missing.kind === "unpublished") return [{ severity: "error", text: `has no file for ${where}: ${missing.name} is not published` }];
  if (missing.kind === "source")
    return [{ severity: "warning", text: `is compiled at installation on ${place.name}: it has no prebuilt file for ${where}` }];
  if (missing.kind === "download") return [{ severity: "warning", text: "is brought by its install script, which the audit does not run" }];
  return [{ severity: "error", text: `has no file for ${where}` }];
}

/** Takes out what the app's own libraries provide. */
function settle(subject: Subject, { brought, defined }: LoadedFile): Subject {
  const { facts, nodeApi } = subject;
  return {
    ...subject,
    facts: { ...facts, needed: facts.needed.filter((name) => !brought.has(name)) },
    nodeApi: { ...nodeApi, unknown: nodeApi.unknown.filter((name) => !defined.has(name)) },
  };
}

/** One problem per text. */
function unique(problems: AppProblem[]): AppProblem[] {
  return [...new Map(problems.map((one) => [`${one.severity} ${one.text}`, one])).values()];
}
