import { highestVersion } from "../../elf/versions.ts";
import type { ElfFacts } from "../../report.ts";
import type { Rule } from "../rule.ts";

/** Libraries of the C library's package, and Node's own. */
const PRESENT =
  /^(libc|libm|libdl|libpthread|librt|libresolv|libutil)\.so(\.\d+)?$|^libc\.musl-.*\.so\.1$|^ld-(linux|musl)-?.*\.so(\.\d+)?$/;

export const rule: Rule = {
  id: "link/library",
  severity: "warning",
  order: 500,
  title: "a library that a small system may not have",
  why: "Routers and slim containers ship the C library and little else. They have libstdc++ and libgcc_s in separate packages.",
  fix: "link it statically; cargo-zigbuild links LLVM's libunwind instead of libgcc_s",
  link: "https://github.com/nxhack/openwrt-node-packages",
  check: ({ facts }, place) => {
    // Systems with musl, such as routers and Alpine containers, do not have libstdc++ and libgcc_s until the user installs them.
    const more = place.libc === "musl" ? { severity: "error" as const } : {};
    return facts.needed.filter((name) => !PRESENT.test(name)).map((name) => ({ message: describeLibrary(name, facts), ...more }));
  },
  forUser: { problem: ({ finding }) => (finding.severity === "error" ? `does not load: ${finding.message}` : finding.message) },
};

/** Names a library with the highest version of each kind that the file requires. */
function describeLibrary(name: string, facts: ElfFacts): string {
  const versions = { [name]: facts.versions[name] ?? [] };
  const highest = ["GLIBCXX_", "CXXABI_", "GCC_"].flatMap((prefix) => {
    const version = highestVersion(versions, prefix);
    return version === undefined ? [] : [prefix + version];
  });
  return `it needs ${name}${highest.length > 0 ? ` with ${highest.join(", ")}` : ""}`;
}
