// The workflow of a project that is not Boardkit's: it calls Boardkit's reusable ones, so that nothing of them is copied.

/** What begins each file that init wrote: it may write such a file anew. */
export const MARK = "# Written by `boardkit init`, which writes it anew; docs/ci.md of Boardkit tells what it does.";

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
  // A commit is what it is only for machines.
  const comment = /^[0-9a-f]{40}$/.test(ref) ? ` # v${version}` : "";
  const call = (name: string) => `boardkit/boardkit/.github/workflows/${name}.yml@${ref}${comment}`;
  const scalar = (text: string) => (/^[\w./ -]+$/.test(text) ? text : JSON.stringify(text));
  const given = [...(folder === "." ? [] : [`working-directory: ${scalar(folder)}`]), `install: ${scalar(install)}`];
  const inputs = given.map((line) => `      ${line}\n`).join("");
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
