// Explains failed builds if the messages in their log mislead: other tools do not know about cross-compiling with Boardkit.
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";

type Fault = {
  pattern: RegExp;
  /** The error for a match of the pattern. */
  error: (found: RegExpExecArray) => Pick<ErrorDetails, "code" | "exit" | "fix"> & { message: string };
};

const hostLibrary = (crate: string, library: string): ReturnType<Fault["error"]> => ({
  code: "HOST_LIBRARY",
  message: `the build script of ${crate} looks for the library ${library} on this machine, whose libraries do not fit the target`,
  fix: `turn on the feature of ${crate} that compiles the library itself (often \`vendored\`, \`bundled\` or \`static\`), or leave that crate out with the addon's features
or, if you have the library for the target, set PKG_CONFIG_LIBDIR to the folder of its .pc files: "boardkit": {"profiles": {"<profile>": {"env": {...}}}}`,
});

const missingTool = (tool: string, name: string): ReturnType<Fault["error"]> => ({
  code: "TOOL_MISSING",
  exit: "toolMissing",
  message: `a build script needs ${tool}, which is not on this machine`,
  fix: `run as root: apt-get install ${name}\nto declare it for others: "boardkit": {"systemPackages": ["${name}"]} in package.json`,
});

// A fault belongs here if the tool's own message has no fix or a wrong one.
const FAULTS: Fault[] = [
  {
    // First, since other patterns may match the log of a killed build script too. Messages of cargo, gcc, collect2 and a container.
    pattern: /signal: 9, SIGKILL|Killed signal terminated program|ld terminated with signal 9|exit (?:status:|code) 137/,
    error: () => ({
      code: "OUT_OF_MEMORY",
      message: "a compiler or linker was killed, probably because memory ran out",
      fix: 'give the machine, or the container, more memory; or use less: --jobs 1, CARGO_BUILD_JOBS=1, lto = "thin" in the profile',
    }),
  },
  {
    // A message of pkg-config, which the crate pkg-config repeats.
    pattern: /failed to run custom build command for `(\S+)[^]*?Package '?([^\s',]+)'?(?:, required by .*,)? (?:was )?not found/,
    error: ([, crate = "", library = ""]) => hostLibrary(crate, library),
  },
  {
    pattern: /failed to run custom build command for `(\S+)[^]*?pkg-config --libs --cflags '?([^\s'`]+)[^]*?command could not be found/,
    error: ([, crate = "", library = ""]) => hostLibrary(crate, library),
  },
  { pattern: /Unable to find libclang/, error: () => missingTool("libclang, which bindgen uses to read C headers,", "libclang-dev") },
  {
    // maturin would take a Python of this machine for one of the target.
    pattern: /Couldn't find any python interpreters/,
    error: () => ({
      code: "NOT_ABI3",
      exit: "usage",
      message: "the module is not of Python's stable ABI, so that each version of Python would need a wheel of its own",
      fix: 'turn on a feature of PyO3 in Cargo.toml: pyo3 = { version = "...", features = ["abi3-py39"] }',
    }),
  },
  { pattern: /is `cmake` not installed\?/, error: () => missingTool("cmake", "cmake") },
];

/** The error of a step with the cause and fix from its log; the error itself if no pattern matches. */
export function explainBuild(error: unknown, log: string): unknown {
  if (!(error instanceof BoardkitError)) return error;
  for (const { pattern, error: describe } of FAULTS) {
    const found = pattern.exec(log);
    if (!found) continue;
    const { message, ...details } = describe(found);
    const fix = [details.fix, error.details.fix].filter(Boolean).join("\n");
    return new BoardkitError(message, { ...error.details, ...details, fix, cause: error });
  }
  return error;
}
