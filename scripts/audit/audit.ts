// Audits files: facts, and for each place that they are to run in what they lack there.
import { createRequire } from "node:module";
import { inspectElf } from "./elf/facts.ts";
import { decoderOf, erratumFinderOf } from "./decode/decode.ts";
import { wholeOrError } from "./elf/file.ts";
import { judgeCode, judgeErratum } from "./judge-code.ts";
import { finding, judge, judgeBudget } from "./judge.ts";
import type { Place } from "./place.ts";
import { readNodeApi, type NodeApiTable } from "./node-api.ts";
import { judgeWheel } from "./wheel.ts";
import { BoardkitError } from "../lib/errors.ts";
import type { Audit, Finding } from "./report.ts";
import type { AuditInput } from "./audit-inputs.ts";

export type ElfAudit = Audit & Required<Pick<Audit, "facts" | "nodeApi">>;

const { symbols: nodeApiTable } = createRequire(import.meta.url)("node-api-headers") as { symbols: NodeApiTable };

/** Audits an ELF file, its instructions too unless `structureOnly`; anything else is an error. */
export async function auditElf({ path, bytes }: AuditInput, places: Place[], structureOnly = false): Promise<ElfAudit> {
  const elf = inspectElf(bytes, path);
  const { file, dynamic, facts } = elf;
  const nodeApi = readNodeApi(file, dynamic, nodeApiTable);
  const decode = structureOnly ? undefined : await decoderOf(facts.arch);
  const find = structureOnly ? undefined : await erratumFinderOf(facts.arch);
  const code = decode && wholeOrError(path, () => decode(elf));
  const errata = find ? wholeOrError(path, () => find(elf)) : [];
  const noEntry = path.endsWith(".node") && nodeApi.kind === "none" ? [finding("node/no-entry", "it has no entry for Node")] : [];
  const ofWheel = judgeWheel(path, facts, dynamic);
  const judgeInstructions = (place: Place) =>
    code && place.arch === facts.arch ? [...judgeCode(code, dynamic.symbols, place), ...judgeErratum(errata, place)] : [];
  const judged = places.map((place) => ({
    name: place.name,
    findings: [
      ...noEntry,
      ...ofWheel,
      ...judge(facts, nodeApi, place),
      ...judgeBudget(bytes.length, place),
      ...judgeInstructions(place),
    ].map((found) => allow(found, place)),
  }));
  return { path, bytes: bytes.length, facts, nodeApi, ...(code ? { code } : {}), places: judged };
}

function allow(found: Finding, place: Place): Finding {
  return found.severity === "error" && place.allowed?.includes(found.rule) ? { ...found, severity: "warning" } : found;
}

/** Audits one file; one that is no ELF file has that finding. */
export async function auditFile(input: AuditInput, places: Place[]): Promise<Audit> {
  const { path, bytes } = input;
  try {
    return await auditElf(input, places);
  } catch (error) {
    if (!(error instanceof BoardkitError) || error.code !== "NOT_ELF") throw error;
    const reason = finding("file/not-elf", `${error.message.replace(`${path} `, "it ")}${describeFormat(bytes)}`);
    return { path, bytes: bytes.length, places: places.map(({ name }) => ({ name, findings: [reason] })) };
  }
}

/** Names what a file is instead. */
function describeFormat(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (start.startsWith("4d5a")) return "; it is a Windows file";
  if (["cffaedfe", "cefaedfe", "cafebabe"].includes(start)) return "; it is a macOS file";
  return "";
}
