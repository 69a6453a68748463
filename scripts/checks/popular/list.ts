// Reads the lists of `npm run audit:popular`: npm packages with their calls, wheels, and the places.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";

const versions = z.record(z.string(), z.string());
const explain = z
  .array(z.strictObject({ places: z.array(z.string()), text: z.string(), why: z.string() }))
  .optional()
  .describe("why the run differs from the verdict: `text` is a part of what the run reported");

const npmPackage = z.strictObject({
  name: z.string(),
  version: z.string(),
  call: z
    .string()
    .optional()
    .describe(
      "JavaScript of an async function that does real work, checks it, and returns a text; absent if it needs hardware or a desktop",
    ),
  beside: versions.optional().describe("other packages that the call needs, with their versions"),
  explain,
});

const wheel = z.strictObject({
  name: z.string(),
  version: z.string(),
  call: z
    .array(z.string())
    .transform((lines) => lines.join("\n"))
    .optional()
    .describe("lines of Python that do real work, check it, and print a text; absent if it needs packages of pure Python"),
  beside: versions.optional().describe("other wheels that the call needs, with their versions"),
  explain,
});

const place = z.strictObject({
  place: z.string().describe("a file of targets/boards"),
  run: z
    .strictObject({
      node: z.string().optional().describe("a file of targets/toolchains; the default is the Node of the target's smoke run"),
      root: z.string().optional().describe("a file of targets/toolchains; the default is the sysroot of that run"),
    })
    .optional()
    .describe("the Node and the libraries that run the calls at its CPU; absent if they are not run there"),
});

export type PopularPackage = z.infer<typeof npmPackage>;
export type PopularWheel = z.infer<typeof wheel>;
/** The Node and the libraries of a place that runs calls. */
export type PlaceRun = NonNullable<z.infer<typeof place>["run"]>;
export type PopularPlace = z.infer<typeof place>;
export type Popular = { packages: PopularPackage[]; wheels: PopularWheel[]; places: PopularPlace[] };

/** The lists; `words` select packages and wheels whose name contains one of them. */
export async function readPopular(words: string[]): Promise<Popular> {
  const { packages } = z.strictObject({ packages: z.array(npmPackage) }).parse(await read("packages.json"));
  const { wheels } = z.strictObject({ wheels: z.array(wheel) }).parse(await read("wheels.json"));
  const { places } = z.strictObject({ places: z.array(place) }).parse(await read("places.json"));
  const isChosen = ({ name }: { name: string }) => words.length === 0 || words.some((word) => name.includes(word));
  const chosen = { packages: packages.filter(isChosen), wheels: wheels.filter(isChosen), places };
  if (chosen.packages.length + chosen.wheels.length > 0) return chosen;
  throw new BoardkitError(`no popular package's name contains ${words.join(" or ")}`, {
    code: "POPULAR_NONE",
    exit: "nothingMatched",
    fix: "scripts/checks/popular/packages.json and wheels.json list them",
  });
}

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(name, import.meta.url), "utf8"));
}
