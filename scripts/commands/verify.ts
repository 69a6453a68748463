import { resolve } from "node:path";
import { Option } from "commander";
import type { Define } from "./command.ts";
import { folderOf, jsonOption } from "./shared.ts";
import type { ProvenanceFlags } from "./trust/provenance.ts";
import { rebuild } from "./trust/rebuild.ts";
import { parseRepository } from "./trust/repository.ts";
import { printSums } from "./trust/sums.ts";

type Options = ProvenanceFlags & { built: boolean; provenance: boolean; key?: string; json: boolean };

/** `boardkit verify`: where packages are from: a new build of their source, the workflow that has built them, or a maintainer's key. */
export const defineVerify: Define = (command, edge) => {
  const collect = (value: string, before: string[]) => [...before, parseRepository(value)];
  const detail = (flags: string, text: string) => new Option(flags, `with --provenance: ${text}`).implies({ provenance: true });
  command
    .description(
      "build packages again from the checked-out source, and compare them byte for byte; or check who has built files (--provenance), or their signed checksums (--key)",
    )
    .argument(
      "<file...>",
      "packed npm packages (.tgz), folders of installed ones, wheels (.whl) or sdists (.tar.gz); for --provenance and --key files of any kind",
    )
    .option("--built", "compare with the existing dist/, instead of a new build", false)
    .addOption(
      new Option(
        "--provenance",
        "check a bundle of Sigstore instead: <file>.sigstore.json or provenance.sigstore.json beside the file, or the one in npm's registry",
      )
        .default(false)
        .conflicts("built"),
    )
    .addOption(
      detail("--repo <owner/name>", "repository on GitHub that must have built it (default: repository in package.json)").argParser(
        parseRepository,
      ),
    )
    .addOption(detail("--ref <ref>", "branch or tag that it must be built at, for example refs/tags/v1.2.3 (default: any)"))
    .addOption(
      detail("--signer <owner/name>", "other repository whose reusable workflow may sign, besides boardkit/boardkit; repeatable")
        .default([])
        .argParser(collect),
    )
    .addOption(detail("--self-hosted", "also accept a build on a runner that GitHub does not host").default(false))
    .addOption(detail("--bundle <file>", "file with the bundle"))
    .addOption(
      detail(
        "--trusted-root <file>",
        "file with the keys of the authorities, as `gh attestation trusted-root` prints them; no network is needed",
      ),
    )
    .addOption(
      new Option("--key <file>", "check files by SHA256SUMS beside them instead, which must be signed with this key").conflicts([
        "built",
        "provenance",
      ]),
    )
    .addOption(jsonOption())
    .action(async (paths: string[], options: Options) => {
      const cwd = folderOf(command);
      if (options.key !== undefined) return printSums(paths, resolve(options.key), options.json);
      // Sigstore's packages take a tenth of a second to load.
      if (options.provenance) return (await import("./trust/provenance.ts")).printProvenance(paths, options, cwd, edge);
      return rebuild(paths, options, command, edge);
    });
};
