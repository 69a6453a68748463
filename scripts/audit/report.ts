// The facts and findings of the audit, as `boardkit audit --json` prints them. Published as targets/schema/audit-report.json.
import { z } from "zod";
import { ruleIds } from "./rules/ids.ts";

const bytes = z.int().nonnegative();
const severity = z.enum(["error", "warning", "note"]);
/** The id of an audit rule. */
export const ruleId = z.enum(ruleIds);

const elfFacts = z
  .strictObject({
    arch: z.string().describe("`x86_64`, `aarch64`, `arm`, another name, or `machine <number>`"),
    bits: z.literal([32, 64]),
    floatAbi: z.enum(["hard", "soft"]).optional().describe("on arm only, from the header's flags"),
    claimedArch: z
      .string()
      .optional()
      .describe("on arm only: the architecture that .ARM.attributes claims, such as `v6`; a linker may take it from one object of many"),
    unalignedAccess: z.boolean().optional().describe("on arm only: whether .ARM.attributes allows unaligned access"),
    interpreter: z.string().optional().describe("the loader that an executable names"),
    needed: z.array(z.string()).describe("DT_NEEDED, in order"),
    searchPath: z.string().optional().describe("DT_RUNPATH or DT_RPATH"),
    libc: z
      .enum(["glibc", "musl"])
      .optional()
      .describe("the C library, by interpreter, libraries and versions, never by the file's name; absent if these do not name one"),
    versions: z
      .record(z.string(), z.array(z.string()))
      .describe('symbol versions by library: {"libc.so.6": ["GLIBC_2.4"]}; weak versions count, since the loader requires them too'),
    glibc: z.string().optional().describe("highest x.y of GLIBC_x.y among the versions"),
    glibcSymbols: z
      .array(z.strictObject({ name: z.string(), weak: z.boolean() }))
      .describe("symbols that require the highest glibc version"),
    notInMusl: z
      .array(z.string())
      .optional()
      .describe("functions and variables of glibc that the file needs and musl does not have; absent if the file is not for glibc"),
    loadAlign: bytes.describe("smallest alignment of the loaded segments, in bytes: a kernel with larger pages cannot map the file"),
    cutOff: z.boolean().describe("a loaded segment extends beyond the end of the file"),
    staticTls: z.boolean().describe("initial-exec thread-local storage"),
    textRelocations: z.boolean(),
    executableStack: z.boolean(),
    relro: z.boolean().describe("a segment becomes read-only after relocation"),
    bindNow: z.boolean().describe("all symbols are bound at load"),
    stripped: z.boolean().describe("the symbol table for debuggers was removed"),
    sections: z
      .record(z.string(), bytes)
      .describe("bytes per section that is loaded or is debug information; sections such as .bss take up memory, but no space in the file"),
    debugBytes: bytes.describe("bytes of .debug_* sections"),
    panic: z
      .enum(["unwind", "abort"])
      .optional()
      .describe(
        "the effect of a Rust panic: unwind, which napi-rs can catch, or abort, which ends the process; absent if the file is not known to be Rust, and if the effect is unknown",
      ),
    buildId: z.string().optional().describe("build id in hexadecimal"),
  })
  .describe("the properties and requirements of an ELF file");

const nodeApiFacts = z
  .strictObject({
    kind: z.enum(["node-api", "v8", "none"]).describe("`v8`: built against the headers of one Node; `none`: not an addon"),
    entry: z.string().optional().describe("the function that Node calls, or that registers the module"),
    moduleVersion: z.number().optional().describe("NODE_MODULE_VERSION of an addon of kind `v8`"),
    version: z.int().optional().describe("lowest version of Node-API that has all functions"),
    newest: z.array(z.string()).describe("the functions that this version added"),
    declared: z
      .int()
      .optional()
      .describe("the version that the addon declares with node_api_module_get_api_version_v1: Node refuses one above its own"),
    lookedUp: z
      .boolean()
      .describe("the functions are looked up by name at run time (napi-rs's dyn-symbols), so a missing one fails only when it is called"),
    unknown: z
      .array(z.string())
      .describe(
        "undefined symbols that neither Node nor a library of the C library or of GCC provides: without a version, in a file whose libraries have symbol versions (glibc), and not weak; always empty for musl, which has no symbol versions",
      ),
  })
  .describe("the interface of the file to Node");

const featureUse = z.strictObject({
  count: z.int().nonnegative().describe("instructions of the feature"),
  guarded: z.int().nonnegative().describe("how many of them run only after a test for the feature"),
  dispatched: z
    .int()
    .nonnegative()
    .describe(
      "how many of the others are not reached while the addon loads, in a file that queries features, or are above the level of a Go program: a choice that the audit cannot follow may guard them",
    ),
  places: z
    .array(
      z.strictObject({
        address: z.int().nonnegative(),
        instruction: z.string().describe("name of the encoding in the architecture's manual"),
      }),
    )
    .describe("the first unguarded ones, at most five; the first guarded ones if all are guarded"),
});

const codeFacts = z
  .strictObject({
    features: z.record(z.string(), featureUse).describe("per feature, named as in targets/cpus"),
    codeBytes: bytes.describe("bytes of code that were decoded"),
    unclassifiedBytes: bytes.describe("bytes that may be code or data; the audit ignores them"),
  })
  .describe("features that the instructions need; absent for an architecture without a decoder");

const finding = z.strictObject({
  rule: ruleId.describe("docs/audit-rules.md explains it"),
  severity: severity.describe("error: the file would not load or would crash there; warning: it may; note: it could be better"),
  message: z.string(),
  fix: z.string(),
  address: z
    .string()
    .regex(/^0x[0-9a-f]+$/)
    .optional()
    .describe("of an instruction"),
  symbol: z.string().optional().describe("nearest symbol before the address"),
  instruction: z.string().optional(),
  feature: z.string().optional().describe("the instruction-set feature, named as in targets/cpus"),
  guarded: z.boolean().optional().describe("the instruction runs only after a test for the feature"),
});

export const audit = z.strictObject({
  path: z.string().describe("as given or found; in an archive `<archive>!/<path>`, packed in another file `<file>!/packed at <offset>`"),
  bytes: bytes.describe("size of the file"),
  facts: elfFacts.optional().describe("absent for a file that is not ELF, as are nodeApi and code"),
  nodeApi: nodeApiFacts.optional(),
  code: codeFacts.optional(),
  places: z
    .array(z.strictObject({ name: z.string().describe("board or target"), findings: z.array(finding) }))
    .describe("the boards or targets that the file was checked against"),
});

export type ElfFacts = z.infer<typeof elfFacts>;
export type NodeApiFacts = z.infer<typeof nodeApiFacts>;
export type CodeFacts = z.infer<typeof codeFacts>;
/** The uses of one instruction-set feature. */
export type FeatureUse = z.infer<typeof featureUse>;
export type Severity = z.infer<typeof severity>;
export type Finding = z.infer<typeof finding>;
/** The audit of one file against its places. */
export type Audit = z.infer<typeof audit>;
