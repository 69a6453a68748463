// dist/<target>/wheel.json, in the folder of a target.
import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "../../lib/json-file.ts";
import type { WheelManifest } from "../../model/report/wheel-manifest.ts";

const manifestFile = (dist: string) => join(dist, "wheel.json");

/** The manifest of a target's wheel; undefined if there is none of this Boardkit. */
export async function readWheelManifest(dist: string): Promise<WheelManifest | undefined> {
  const manifest = (await readJsonFile(manifestFile(dist))) as WheelManifest | undefined;
  return manifest?.schema === 2 ? manifest : undefined;
}

/** Writes the manifest of a target's wheel. */
export function writeWheelManifest(dist: string, manifest: WheelManifest): Promise<void> {
  return writeJsonFile(manifestFile(dist), manifest);
}
