// Why a build failed, where its log says it in words of others that mislead here: they know nothing of cross-compiling with Boardkit.
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";

type Fault = {
  pattern: RegExp;
  /** The error, of what the pattern found. */
  error: (found: RegExpExecArray) => Pick<ErrorDetails, "code" | "exit" | "fix"> & { message: string };
};

const hostLibrary = (crate: string, library: string): ReturnType<Fault["error"]> => ({
  code: "HOST_LIBRARY",
  message: `the build script of ${crate} looks for the library ${library} on this machine, and what it would find here is no library of the target`,
  fix: `turn on the feature of ${crate} that compiles the library itself (often \`vendored\`, \`bundled\` or \`static\`), or leave that crate out with the addon's features
for a library of the target that you have: name the folder of its .pc files as PKG_CONFIG_LIBDIR in "boardkit": {"profiles": {"<profile>": {"env": {...}}}}`,
});

const missingTool = (tool: string, name: string): ReturnType<Fault["error"]> => ({
  code: "TOOL_MISSING",
  exit: "toolMissing",
  message: `a build script needs ${tool}, which is not on this machine`,
  fix: `run as root: apt-get install ${name}\nto tell others before they build: "boardkit": {"systemPackages": ["${name}"]} in package.json`,
});

// A new one belongs here when its own words name no fix, or a wrong one.
const FAULTS: Fault[] = [
  {
    // First, since what was killed may be a build script that another one names. In the words of cargo, gcc, its collect2, and a container.
    pattern: /signal: 9, SIGKILL|Killed signal terminated program|ld terminated with signal 9|exit (?:status:|code) 137/,
    error: () => ({
      code: "OUT_OF_MEMORY",
      message: "a compiler or linker was killed, as the kernel does when memory runs out",
      fix: 'give the machine, or the container, more memory; or take less: --jobs 1, CARGO_BUILD_JOBS=1, lto = "thin" in the profile',
    }),
  },
  {
    // pkg-config's own words, which the crate of that name repeats.
    pattern: /failed to run custom build command for `(\S+)[^]*?Package '?([^\s',]+)'?(?:, required by .*,)? (?:was )?not found/,
    error: ([, crate = "", library = ""]) => hostLibrary(crate, library),
  },
  {
    pattern: /failed to run custom build command for `(\S+)[^]*?pkg-config --libs --cflags '?([^\s'`]+)[^]*?command could not be found/,
    error: ([, crate = "", library = ""]) => hostLibrary(crate, library),
  },
  { pattern: /Unable to find libclang/, error: () => missingTool("libclang, with which bindgen reads C headers,", "libclang-dev") },
  { pattern: /is `cmake` not installed\?/, error: () => missingTool("cmake", "cmake") },
];

/** The error of a step with the cause and the fix that its log tells; the error itself if it tells none. */
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
