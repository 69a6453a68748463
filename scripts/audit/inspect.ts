// Reads everything that the rules check from one file.
import { createRequire } from "node:module";
import { BoardkitError } from "../lib/errors.ts";
import type { AuditInput } from "./audit-inputs.ts";
import { decoderOf, erratumFinderOf } from "./decode/decode.ts";
import { inspectElf } from "./elf/facts.ts";
import { completeOrError } from "./elf/file.ts";
import { readNodeApi, type NodeApiTable } from "./node-api.ts";
import type { NotElf, Subject } from "./subject.ts";

const { symbols: nodeApiTable } = createRequire(import.meta.url)("node-api-headers") as { symbols: NodeApiTable };

/** Reads an ELF file, its instructions too unless `structureOnly`; any other file is an error. */
export async function inspectAddon({ path, bytes }: AuditInput, structureOnly = false): Promise<Subject> {
  const elf = inspectElf(bytes, path);
  const { file, dynamic, facts } = elf;
  const decode = structureOnly ? undefined : await decoderOf(facts.arch);
  const find = structureOnly ? undefined : await erratumFinderOf(facts.arch);
  const wheel = path.includes(".whl!/") ? (await import("./wheel/wheel.ts")).readWheel(path) : undefined;
  return {
    path,
    byteCount: bytes.length,
    facts,
    nodeApi: readNodeApi(file, dynamic, facts.libc, nodeApiTable),
    symbols: dynamic.symbols,
    ...(dynamic.runpath === undefined ? {} : { runpath: dynamic.runpath }),
    ...(dynamic.rpath === undefined ? {} : { rpath: dynamic.rpath }),
    ...(decode ? { code: completeOrError(path, () => decode(elf)) } : {}),
    erratumSequences: find ? completeOrError(path, () => find(elf)) : [],
    ...(wheel ? { wheel } : {}),
    packed: [],
  };
}

/** The same for any file. */
export async function inspectFile(input: AuditInput): Promise<Subject | NotElf> {
  try {
    return await inspectAddon(input);
  } catch (error) {
    if (!(error instanceof BoardkitError) || error.code !== "NOT_ELF") throw error;
    return { ...input, reason: error.message.replace(`${input.path} `, "it ") };
  }
}
