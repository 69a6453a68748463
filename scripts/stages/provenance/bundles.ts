// Finds the bundles of a file: those that the user names, those beside the file, or those of an npm package in its registry.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import { z } from "zod";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { PROVENANCE_BUNDLE, PROVENANCE_STATEMENT, SBOM_BUNDLE } from "../../model/names.ts";
import { publishedAttestations } from "../../tools/packages/npm.ts";
import { STATEMENT_TYPE } from "../../model/statement-types.ts";
import { readValues } from "./values.ts";

export type Found = { bundles: Bundle[]; source: string };

/** npm's answer, which wraps each bundle: https://github.com/npm/attestation */
const attestations = z.object({ attestations: z.array(z.object({ bundle: z.unknown() })) });
const packageJson = z.object({ name: z.string(), version: z.string() });
const unsigned = z.object({ _type: z.literal(STATEMENT_TYPE) });

/** Finds the bundles of a file with these bytes; an error if there are none. */
export async function findBundles(path: string, bytes: Uint8Array, named: string | undefined, signal: AbortSignal): Promise<Found> {
  const folder = dirname(path);
  const beside = [`${path}.sigstore.json`, `${path}.sigstore`, join(folder, PROVENANCE_BUNDLE)];
  const file = named ?? beside.find((candidate) => existsSync(candidate));
  if (file !== undefined) return { bundles: parseBundles(await readNamed(file), file), source: file };
  const spec = await packageSpec(path, bytes);
  const published = spec === undefined ? undefined : await publishedAttestations(spec, signal);
  if (published) return { bundles: parseBundles(published.text, published.url), source: published.url };
  const statement = existsSync(join(folder, PROVENANCE_STATEMENT))
    ? `; ${PROVENANCE_STATEMENT} beside it is a statement without a signature`
    : "";
  const registry = spec === undefined ? "" : `, and npm's registry has none for ${spec}`;
  throw new BoardkitError(`it is unsigned: there is no bundle beside it${registry}${statement}`, {
    code: "UNSIGNED",
    fix: "download the bundle beside the file, or name it with --bundle; a build on your own machine has none",
  });
}

/** Finds the bundles with an SBOM beside a file. */
export async function findSbom(path: string): Promise<Found | undefined> {
  const file = join(dirname(path), SBOM_BUNDLE);
  return existsSync(file) ? { bundles: parseBundles(await readFile(file, "utf8"), file), source: file } : undefined;
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new BoardkitError("there is no such bundle", { code: "NO_BUNDLE", exit: "usage", place: file, fix: "correct --bundle" });
  }
}

/** The bundles in a text: one, one on each line, or an answer of npm. */
export function parseBundles(text: string, place: string): Bundle[] {
  const details = { place, fix: "download it again, from where the file is from" };
  try {
    const values = readValues(text).flatMap((value) => {
      const answer = attestations.safeParse(value).data;
      return answer ? answer.attestations.map(({ bundle }) => bundle) : [value];
    });
    if (values.some((value) => unsigned.safeParse(value).success))
      throw new BoardkitError("it is unsigned: its provenance is a statement without a signature", { code: "UNSIGNED", ...details });
    return values.map((value) => bundleFromJSON(value));
  } catch (error) {
    if (error instanceof BoardkitError) throw error;
    throw new BoardkitError(`the bundle cannot be read: ${(error as Error).message}`, { code: "BAD_BUNDLE", ...details, cause: error });
  }
}

/** `name@version` of a packed npm package; undefined for other files. */
async function packageSpec(path: string, bytes: Uint8Array): Promise<string | undefined> {
  if (!path.endsWith(".tgz")) return undefined;
  const [manifest] = await readArchive(bytes, path, (name) => /^[^/]+\/package\.json$/.test(name));
  try {
    const { data } = packageJson.safeParse(JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()));
    return data && `${data.name}@${data.version}`;
  } catch {
    return undefined; // an archive of something else
  }
}
