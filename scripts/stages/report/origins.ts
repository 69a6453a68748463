// What the bytes of an addon come from, with the kinds of its crates. Pure.
import type { SizePart } from "../../audit/link-map/sizes.ts";
import type { Crate } from "../../model/crate.ts";
import type { BuildReport, Origin } from "../../model/report/dist-report.ts";

/** The crates of Rust's standard library. Some are on crates.io too: of those only the ones that the project does not use count. */
const STANDARD = new Set(
  (
    "addr2line adler2 alloc cfg_if compiler_builtins core gimli hashbrown libc memchr miniz_oxide object panic_abort panic_unwind " +
    "rustc_demangle std std_detect unwind"
  ).split(" "),
);

export type Measured = {
  /** Absent without a map of the linker. */
  sizes?: SizePart[] | undefined;
  linker: string;
  crates: Pick<Crate, "name" | "source">[];
};

/** The fields of the report about origins. */
export function originsOf({ sizes, linker, crates }: Measured): Pick<BuildReport, "origins" | "noOrigins"> {
  if (!sizes) {
    return {
      noOrigins:
        linker === "host"
          ? "this machine's own linker links it, which Boardkit does not ask for a map: --builder zig does"
          : "its last link wrote no map: a build after `cargo clean` writes one",
    };
  }
  const sources = new Map(crates.map(({ name, source }) => [name.replaceAll("-", "_"), source]));
  const kindOf = ({ kind, name }: SizePart): Origin["kind"] => {
    if (kind !== "crate") return kind;
    if (sources.get(name) === null) return "own";
    return !sources.has(name) && STANDARD.has(name) ? "standard" : "dependency";
  };
  return { origins: sizes.map((part) => ({ ...part, kind: kindOf(part) })) };
}
