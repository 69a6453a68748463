// Reads projects.json, the published napi-rs and maturin projects that Boardkit must build, and checks it.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";

const entry = z.strictObject({
  name: z.string(),
  version: z.string(),
  registry: z
    .enum(["npm", "crates.io", "pypi"])
    .describe("the registry of the archive with both package.json and Cargo.toml; of an sdist with pyproject.toml and Cargo.lock for pypi"),
  sha256: z.string().length(64).describe("hash of that archive"),
  kind: z.string().describe("the kind of project that it is an example of"),
  call: z
    .string()
    .optional()
    .describe("JavaScript that calls the addon `m`, or Python that imports the wheel; it throws if a result is wrong"),
  explain: z
    .strictObject({
      code: z.string(),
      text: z.string().optional().describe("a text of the error or of its output; BUILD_FAILED and WHEEL_FAILED need it"),
      why: z.string(),
    })
    .refine(
      ({ code, text }) => !["BUILD_FAILED", "WHEEL_FAILED"].includes(code) || text !== undefined,
      "BUILD_FAILED and WHEEL_FAILED cover every compiler error: `text` must name the expected one",
    )
    .optional()
    .describe("the expected error of Boardkit, if the project or its published archive causes it"),
  explainCall: z
    .strictObject({ targets: z.array(z.string()), text: z.string().describe("how the call ends"), why: z.string() })
    .optional()
    .describe("targets on which the call fails, if the project causes it"),
});

export type ForeignProject = z.infer<typeof entry>;

const PATH = new URL("projects.json", import.meta.url);

/** The projects whose name contains any of the words; all if there are no words. */
export async function readForeign(words: string[]): Promise<ForeignProject[]> {
  const { projects } = z.strictObject({ projects: z.array(entry) }).parse(JSON.parse(await readFile(PATH, "utf8")));
  const chosen = projects.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length > 0) return chosen;
  throw new BoardkitError(`no project's name contains ${words.join(" or ")}`, {
    code: "FOREIGN_NONE",
    exit: "nothingMatched",
    fix: "scripts/checks/foreign/projects.json lists them",
  });
}
