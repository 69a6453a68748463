import { expect, test } from "vitest";
import { commandsOf, planGuides } from "./commands.ts";
import { faultOf, readGuides } from "./run.ts";
import { ways } from "./ways.ts";

test("every command of the guides has a way to run or a reason, and every way a command", async () => {
  const { planned, faults } = planGuides(await readGuides(), ways);
  expect(faults).toEqual([]);
  expect(planned.length).toBeGreaterThan(60);
  // What is not run is the exception.
  expect(planned.filter(({ way }) => "skip" in way).length).toBeLessThan(planned.length / 4);
});

const page = `# A page

Type \`ls a |
b\`, not \`boardkit build\` or \`ls\`, see \`npmrc\`.

\`\`\`sh
# all of it
one --two   # what it does

three '#four'
\`\`\`

\`\`\`ts
never();
\`\`\`

- In a list:

  \`\`\`sh
  five <board> >/x
  \`\`\`

  \`\`\`sh
  #!/bin/sh -e
  six
  \`\`\`

| cell                            |
| ------------------------------- |
| \`grep 'a\\|b' /proc/<pid>/stat\` |
`;

test("commands are lines for a shell and code in the text, in their order, in lists and tables too", () => {
  expect(commandsOf({ page: "p.md", text: page }).map(({ command }) => command)).toEqual([
    "ls a | b",
    "one --two",
    "three '#four'",
    "five filogic-256 >/x",
    "#!/bin/sh -e",
    "grep 'a|b' /proc/self/stat",
  ]);
});

test("a command without a way is a fault, and so is a way without a command; what is twice there runs once", () => {
  const guides = [
    { page: "a.md", text: "`npm ls x` and `npx boardkit plan`" },
    { page: "b.md", text: "`npx boardkit plan` and `npm ls y`" },
  ];
  const { planned, faults } = planGuides(guides, { "npm ls x": { skip: "of no use" }, "npm ls z": { place: "program" } });
  expect(planned).toEqual([
    { page: "a.md", command: "npm ls x", way: { skip: "of no use" } },
    { page: "a.md", command: "npx boardkit plan", way: { place: "boardkit" } },
  ]);
  expect(faults).toEqual(["b.md: `npm ls y` has no way to run", "`npm ls z` has a way to run, and is in no page"]);
});

test.each([
  ["well", {}, { exitCode: 0, output: "" }, undefined],
  ["with the status that is meant", { exit: 1, shows: /a/ }, { exitCode: 1, output: "a" }, undefined],
  ["badly", {}, { exitCode: 2, output: "" }, "it ended with 2 and not with 0"],
  ["well where it has to fail", { exit: 1 }, { exitCode: 0, output: "" }, "it ended with 0 and not with 1"],
  ["by a signal", {}, { exitCode: undefined, endedBy: "SIGILL", output: "" }, "it ended with SIGILL and not with 0"],
  ["without what it has to show", { shows: /a/ }, { exitCode: 0, output: "b" }, "it does not show a"],
])("a command that ends %s", (_name, way, end, fault) => {
  expect(faultOf({ place: "board", ...way }, { endedBy: undefined, ...end })).toBe(fault);
});
