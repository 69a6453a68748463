import type { Command } from "commander";
import type { Edge } from "../../commands/command.ts";
import { print } from "../../commands/shared.ts";
import { packageRoot } from "../../lib/paths.ts";
import { bumpVersion } from "./bump.ts";

/** `boardkit dev version`: one version for the crates, the npm packages and the Python package. */
export function addVersion(program: Command, edge: Edge): void {
  program
    .command("version")
    .description("write a new version into all packages and their lock files, and the commits since the last tag into CHANGELOG.md")
    .argument("<bump>", "major, minor, patch, or a version such as 1.0.0-rc.1")
    .action(async (bump: string) => {
      const { version, files } = await bumpVersion(packageRoot, bump, edge.signal);
      print(
        [
          ...files,
          "",
          "Read CHANGELOG.md, and remove what does not matter to users. Then:",
          "  npx boardkit dev generate",
          `  git add --update && git add CHANGELOG.md && git commit --message "Version ${version}"`,
          `  git tag v${version} && git push origin HEAD v${version}`,
        ].join("\n"),
      );
    });
}
