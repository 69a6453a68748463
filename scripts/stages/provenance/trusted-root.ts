// The keys of Sigstore's authorities: https://docs.sigstore.dev/about/security/#the-sigstore-trust-model
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { DEFAULT_MIRROR_URL, getTrustedRoot } from "@sigstore/tuf";
import { BoardkitError } from "../../lib/errors.ts";
import { readValues } from "./values.ts";

export type Trust = {
  /** One for each instance of Sigstore: the public one, and GitHub's for private repositories. */
  roots: TrustedRoot[];
  /** Where they are from, for people. */
  source: string;
};

/** Time for an answer of Sigstore's server, and how often it is asked again. */
const NETWORK = { timeout: 5000, retry: { retries: 1 } };

/**
 * Reads the keys: from a file (JSON, or a line for each instance as `gh attestation trusted-root` prints), or by TUF from Sigstore's server, which is
 * asked when its last answer has expired. Without a network it takes those of the last answer, or those that the TUF client came with.
 */
export async function readTrust(file: string | undefined, cache: string, update: typeof getTrustedRoot = getTrustedRoot): Promise<Trust> {
  if (file !== undefined) return { roots: await readRoots(file), source: file };
  const cachePath = join(cache, "sigstore");
  try {
    return { roots: [await update({ cachePath, forceCache: true, ...NETWORK })], source: DEFAULT_MIRROR_URL };
  } catch (error) {
    // The client writes the keys that it came with into its cache before it asks for newer ones.
    const kept = join(cachePath, new URL(DEFAULT_MIRROR_URL).host, "targets/trusted_root.json");
    return { roots: await readRoots(kept), source: `${kept}, not updated: ${causesOf(error)}` };
  }
}

async function readRoots(file: string): Promise<TrustedRoot[]> {
  const fix = "name a file that `gh attestation trusted-root` has written, or trusted_root.json of Sigstore";
  try {
    const roots = readValues(await readFile(file, "utf8")).map((value) => TrustedRoot.fromJSON(value));
    if (roots.every(({ certificateAuthorities }) => certificateAuthorities.length > 0)) return roots;
  } catch (error) {
    throw new BoardkitError(`the keys cannot be read: ${(error as Error).message}`, {
      code: "BAD_TRUSTED_ROOT",
      exit: "usage",
      place: file,
      fix,
      cause: error,
    });
  }
  throw new BoardkitError("there is no certificate authority in it", { code: "BAD_TRUSTED_ROOT", exit: "usage", place: file, fix });
}

function causesOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${causesOf(cause)}` : message;
}
