import { expect, test } from "vitest";
import { prepare, resolveSelf } from "./prepare.ts";

const origin = { repository: "somebody/sum", commit: "0123456789012345678901234567890123456789" };

test("a reference to the own repository gets its name and commit, as GitHub's runner resolves it", () => {
  expect(resolveSelf("$/.github/actions/set-up", origin)).toBe(`somebody/sum/.github/actions/set-up@${origin.commit}`);
  expect(resolveSelf("actions/checkout@v7", origin)).toBe("actions/checkout@v7");
});

test("a workflow is prepared, and each change is named", () => {
  const text = `jobs:
  addon:
    uses: $/.github/workflows/addon.yml
  other:
    runs-on: ubuntu-24.04
    container:
      image: node:22@sha256:00
    steps:
      - uses: actions/checkout@abc # v7
      - run: echo \${{ inputs.x }}
`;
  const prepared = prepare(text, origin, ["a", "b"]);
  expect(prepared.uses).toEqual([`somebody/sum/.github/workflows/addon.yml@${origin.commit}`, "actions/checkout@abc"]);
  expect(prepared.standIns).toEqual([expect.stringMatching(/^the container node:22:/)]);
  expect(prepared.text).toContain(`uses: somebody/sum/.github/workflows/addon.yml@${origin.commit}\n    with:\n      targets: a b`);
  expect(prepared.text).not.toContain("container");
  expect(prepared.text).toContain("- run: echo ${{ inputs.x }}");
  expect(prepared.text).toMatch(/steps:\n +- name: Make a home\n/);
  expect(prepared.text.match(/HOME: /g)).toHaveLength(1);
  expect(prepare(text, origin, []).text).not.toContain("targets");
});
