// The disagreements that auditwheel's reports show.
import { expect, test } from "vitest";
import { selectTriples } from "../../model/registry.ts";
import { type AuditwheelReport, findDisagreement } from "./wheels.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const fault = (target: string, report: Partial<AuditwheelReport>) =>
  findDisagreement(selectTriples(registry, [target])[0]!, {
    sym_tag: "manylinux_2_17_aarch64",
    overall_tag: report.sym_tag ?? "manylinux_2_17_aarch64",
    policy_upgrades: {},
    unsupported_isa: false,
    ...report,
  });
const [gnu, musl] = ["aarch64-unknown-linux-gnu", "aarch64-unknown-linux-musl"] as const;
const upgrade = (...libraries: string[]) => ({ policy_upgrades: { any: { libs_to_eliminate: libraries } } });

test("a wheel has no fault if auditwheel agrees with its name", () => {
  expect(fault(gnu, {})).toBeUndefined();
  expect(fault("arm-unknown-linux-gnueabihf", { sym_tag: "manylinux_2_17_armv7l" })).toBeUndefined();
  expect(fault(musl, { sym_tag: "musllinux_1_2_aarch64", overall_tag: "linux_aarch64", ...upgrade("libc.so") })).toBeUndefined();
});

test.each([
  ["symbols of a newer glibc", gnu, { sym_tag: "manylinux_2_28_aarch64" }, /need manylinux_2_28_aarch64, and its name says manylinux_2_17/],
  ["a floor with the same prefix", gnu, { sym_tag: "manylinux_2_170_aarch64" }, /manylinux_2_170/],
  ["a library", gnu, { overall_tag: "linux_aarch64", ...upgrade("libssl.so.3") }, /needs libssl.so.3/],
  ["glibc's libc under musl's name", gnu, upgrade("libc.so"), /needs libc.so/],
  ["another library with musl", musl, { sym_tag: "musllinux_1_2_aarch64", ...upgrade("libc.so", "libgcc_s.so.1") }, /needs libgcc_s.so.1/],
  ["a lower tag without a library", gnu, { overall_tag: "manylinux_2_28_aarch64" }, /manylinux_2_28_aarch64 at most/],
  ["instructions", gnu, { unsupported_isa: true }, /instructions/],
])("%s is a disagreement", (_name, target, report, words) => {
  expect(fault(target, report)).toMatch(words);
});
