import { expect, test } from "vitest";
import { commandsOf, planGuides } from "./commands.ts";
import { faultOf, readGuides } from "./run.ts";
import { ways } from "./ways.ts";

test("every command of the guides has a way to run or a reason to skip it, and every way belongs to a command", async () => {
  const { planned, faults } = planGuides(await readGuides(), ways);
  expect(faults).toEqual([]);
  expect(planned.length).toBeGreaterThan(60);
  expect(planned.filter(({ way }) => "skip" in way).length).toBeLessThan(planned.length / 4);
});

const page = `# A page

Type \`ls a |
b\`, not \`boardkit build\` or \`ls\`, see \`npmrc\`.

\`\`\`sh
# all of it
one --two   # what it does

three '#four'
cat >file <<'END'
  text  # of the file
END
last
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

test("commands are lines of shell blocks and code in the text, in order, also in lists and tables", () => {
  expect(commandsOf({ page: "p.md", text: page }).map(({ command }) => command)).toEqual([
    "ls a | b",
    "one --two",
    "three '#four'",
    "cat >file <<'END'\n  text  # of the file\nEND",
    "last",
    "five filogic-256 >/x",
    "#!/bin/sh -e",
    "grep 'a|b' /proc/self/stat",
  ]);
});

test("a command without a way is a fault, and so is a way without a command; a repeated command runs once", () => {
  const guides = [
    { page: "a.md", text: "`npm ls x` and `npx boardkit plan`" },
    { page: "b.md", text: "`npx boardkit plan` and `npm ls y`" },
  ];
  const { planned, faults } = planGuides(guides, { "npm ls x": { skip: "a reason" }, "npm ls z": { place: "program" } });
  expect(planned).toEqual([
    { page: "a.md", command: "npm ls x", way: { skip: "a reason" } },
    { page: "a.md", command: "npx boardkit plan", way: { place: "boardkit" } },
  ]);
  expect(faults).toEqual(["b.md: `npm ls y` has no way to run", "`npm ls z` has a way to run, but no page has it"]);
});

test.each([
  ["with 0", {}, { exitCode: 0, output: "" }, undefined],
  ["with the expected status", { exit: 1, shows: /a/ }, { exitCode: 1, output: "a" }, undefined],
  ["with another status", {}, { exitCode: 2, output: "" }, "it ended with 2, not with 0"],
  ["with 0 and must fail", { exit: 1 }, { exitCode: 0, output: "" }, "it ended with 0, not with 1"],
  ["by a signal", {}, { exitCode: undefined, endedBy: "SIGILL", output: "" }, "it ended with SIGILL, not with 0"],
  ["without the expected output", { shows: /a/ }, { exitCode: 0, output: "b" }, "its output does not match a"],
])("a command that ends %s", (_name, way, end, fault) => {
  expect(faultOf({ place: "board", ...way }, { endedBy: undefined, ...end })).toBe(fault);
});
