// What `boardkit audit --json` prints, and so the facts and findings that the audit is made of. Published as targets/schema/audit-report.json.
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
      .describe("on arm only: the architecture that .ARM.attributes claims, `v6` say; a linker may take it from one object of many"),
    unalignedAccess: z
      .boolean()
      .optional()
      .describe("on arm only: whether .ARM.attributes says that the code may read and write words at odd addresses"),
    interpreter: z.string().optional().describe("the loader that an executable asks for"),
    needed: z.array(z.string()).describe("DT_NEEDED, in order"),
    searchPath: z.string().optional().describe("DT_RUNPATH or DT_RPATH"),
    libc: z
      .enum(["glibc", "musl"])
      .optional()
      .describe("the C library, told by interpreter, libraries and versions, never by the file's name; absent where nothing tells it"),
    versions: z
      .record(z.string(), z.array(z.string()))
      .describe('symbol versions by library: {"libc.so.6": ["GLIBC_2.4"]}; a weak need counts, since the loader asks for it all the same'),
    glibc: z.string().optional().describe("highest x.y of GLIBC_x.y among the versions"),
    glibcSymbols: z
      .array(z.strictObject({ name: z.string(), weak: z.boolean() }))
      .describe("symbols that ask for the highest glibc version"),
    loadAlign: bytes.describe("smallest alignment of the loaded segments, in bytes: a kernel with larger pages cannot map the file"),
    cutOff: z.boolean().describe("a loaded segment lies beyond the end of the file"),
    staticTls: z.boolean().describe("initial-exec thread-local storage"),
    textRelocations: z.boolean(),
    executableStack: z.boolean(),
    relro: z.boolean().describe("there is a segment that becomes read-only after relocation"),
    bindNow: z.boolean().describe("all symbols are bound at load"),
    stripped: z.boolean().describe("the symbol table that only a debugger needs is gone"),
    sections: z
      .record(z.string(), bytes)
      .describe(
        "bytes by section, of those that are loaded or are debug information; .bss and its like take memory and no room in the file",
      ),
    debugBytes: bytes.describe("bytes of .debug_* sections"),
    panic: z
      .enum(["unwind", "abort"])
      .optional()
      .describe(
        "what a Rust panic does: unwind, which napi-rs can catch, or end the process; absent where the file is not known to be Rust, or to do either",
      ),
    buildId: z.string().optional().describe("build id in hexadecimal"),
  })
  .describe("what an ELF file is and asks for");

const nodeApiFacts = z
  .strictObject({
    kind: z.enum(["node-api", "v8", "none"]).describe("`v8`: built against one Node's own headers; `none`: no addon"),
    entry: z.string().optional().describe("what Node calls, or what registers the module"),
    moduleVersion: z.number().optional().describe("NODE_MODULE_VERSION of an addon of kind `v8`"),
    version: z.int().optional().describe("version of Node-API that all functions together need"),
    newest: z.array(z.string()).describe("the functions that need just that version"),
    lookedUp: z
      .boolean()
      .describe("the functions are looked up by name at run time (napi-rs's dyn-symbols), so one that is missing ends its call only"),
    unknown: z
      .array(z.string())
      .describe(
        "undefined symbols that nothing known provides: without a version in a file whose libraries version theirs (glibc), and not of Node-API, libuv or V8; musl versions nothing, so nothing is said of its files",
      ),
  })
  .describe("how the file speaks to Node");

const featureUse = z.strictObject({
  count: z.int().nonnegative().describe("instructions of the feature"),
  guarded: z.int().nonnegative().describe("how many of them run only after the code has asked the system for the feature"),
  dispatched: z
    .int()
    .nonnegative()
    .describe(
      "how many of the others nothing leads to when the addon loads, in a file that asks for features: a choice made elsewhere may guard them",
    ),
  places: z
    .array(
      z.strictObject({
        address: z.int().nonnegative(),
        instruction: z.string().describe("name of the encoding, as the architecture's manual has it"),
      }),
    )
    .describe("the first unguarded ones, at most five; the first guarded ones where all are"),
});

const codeFacts = z
  .strictObject({
    features: z.record(z.string(), featureUse).describe("by feature, named as in targets/cpus"),
    codeBytes: bytes.describe("bytes of code that were decoded"),
    unclassifiedBytes: bytes.describe("bytes that could not be told to be code or data, and are judged by nobody"),
  })
  .describe("what the instructions need; absent for an architecture without a decoder");

const finding = z.strictObject({
  rule: ruleId.describe("docs/audit-rules.md has the reason"),
  severity: severity.describe("error: it would not load or would crash there; warning: it may; note: it could be better"),
  message: z.string(),
  fix: z.string(),
  address: z
    .string()
    .regex(/^0x[0-9a-f]+$/)
    .optional()
    .describe("of an instruction"),
  symbol: z.string().optional().describe("nearest symbol before the address"),
  instruction: z.string().optional(),
  guarded: z.boolean().optional().describe("the instruction runs only after the code has asked for the feature"),
});

const audit = z.strictObject({
  path: z
    .string()
    .describe("as it was given or found; in an archive `<archive>!/<path>`, compressed in another file `<file>!/packed at <offset>`"),
  bytes: bytes.describe("size of the file"),
  facts: elfFacts.optional().describe("absent, like nodeApi and code, for what is no ELF file"),
  nodeApi: nodeApiFacts.optional(),
  code: codeFacts.optional(),
  places: z
    .array(z.strictObject({ name: z.string().describe("board or target"), findings: z.array(finding) }))
    .describe("the boards or targets that the file was held to"),
});

export const auditReport = z.strictObject({ schema: z.literal(1), files: z.array(audit) });

export type ElfFacts = z.infer<typeof elfFacts>;
export type NodeApiFacts = z.infer<typeof nodeApiFacts>;
export type CodeFacts = z.infer<typeof codeFacts>;
/** The uses of one instruction-set feature. */
export type FeatureUse = z.infer<typeof featureUse>;
export type Severity = z.infer<typeof severity>;
export type Finding = z.infer<typeof finding>;
/** What was found of one file, for one place or for each board. */
export type Audit = z.infer<typeof audit>;
