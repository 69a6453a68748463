// The workflow of a project: it calls Boardkit's reusable workflows instead of copying them.

const AUTHOR = "# Written by `boardkit init`";
/** First line of the files that init writes. */
export const MARK = `${AUTHOR}, which overwrites it; docs/ci.md of Boardkit describes it.`;

/** Whether init has written a file, and may overwrite it. */
export const isWrittenByInit = (text: string) => text.startsWith(AUTHOR);

/** Path of the workflow in a repo. */
export const WORKFLOW = ".github/workflows/boardkit.yml";

export type WorkflowFacts = {
  /** Tag or commit of Boardkit's repo. */
  ref: string;
  version: string;
  /** The project's folder in its repo, `.` at the top. */
  folder: string;
  /** Command that installs the project's dependencies. */
  install: string;
};

/** The text of the workflow. */
export function workflowText({ ref, version, folder, install }: WorkflowFacts): string {
  // Beside a commit, the version for readers.
  const comment = /^[0-9a-f]{40}$/.test(ref) ? ` # v${version}` : "";
  const call = (name: string) => `boardkit/boardkit/.github/workflows/${name}.yml@${ref}${comment}`;
  const scalar = (text: string) => (/^[\w./ -]+$/.test(text) ? text : JSON.stringify(text));
  const inputLines = [...(folder === "." ? [] : [`working-directory: ${scalar(folder)}`]), `install: ${scalar(install)}`];
  const inputs = inputLines.map((line) => `      ${line}\n`).join("");
  return `${MARK}
name: boardkit

on:
  push:
    branches: [main, master]
    tags: ["v*"]
  pull_request:

permissions: {}

concurrency:
  group: \${{ github.workflow }}-\${{ github.ref }}
  cancel-in-progress: \${{ github.ref_type != 'tag' }}

jobs:
  addon:
    name: addon
    permissions:
      contents: read # to check out
    uses: ${call("addon")}
    with:
${inputs}
  publish:
    name: publish
    if: github.ref_type == 'tag'
    needs: addon
    permissions:
      contents: write # to draft a release
      id-token: write # to be trusted by npm, and to sign attestations
      attestations: write # to keep attestations
    uses: ${call("publish")}
    with:
${inputs}`;
}
