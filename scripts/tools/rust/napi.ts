// The CLI of napi-rs, resolved like any dependency: npm may install it below Boardkit or beside it.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Build } from "../../target-side/loader/loader.cjs";
import { addonFile, platformPackage } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";

const require = createRequire(import.meta.url);

/** Path of the CLI's script. */
export function napiCli(): string {
  const manifest = require.resolve("@napi-rs/cli/package.json");
  const { bin } = require(manifest) as { bin: { napi: string } };
  return join(dirname(manifest), bin.napi);
}

/** The builds of a project for triples that Boardkit does not build (macOS, Windows). The loader must know them too. */
export async function otherBuilds(project: Project, others: string[]): Promise<Build[]> {
  const triples = others.filter((triple) => !triple.startsWith("wasm32-"));
  if (triples.length === 0) return [];
  const { parseTriple } = await import("@napi-rs/cli");
  return triples.flatMap((triple) => {
    const { platform, arch, abi, platformArchABI } = parseTriple(triple);
    const libc = platform === "linux" && abi ? (abi.startsWith("musl") ? "musl" : "glibc") : undefined;
    const build: Omit<Build, "cpu"> = {
      platform: platformArchABI,
      package: platformPackage(project.packageName, platformArchABI),
      file: addonFile(project.binaryName, platformArchABI),
      os: platform,
      ...(libc ? { libc } : {}),
    };
    return (arch === "universal" ? ["arm64", "x64"] : [arch]).map((cpu) => ({ ...build, cpu }));
  });
}
