// The way from one manifest to the next as a script of sed: the board makes the new one of the one that it has. Hashes do not compress, and
// a manifest of 2,000 files has 70 KB of them. Pure.

/** The script; empty if the texts are the same. The lines of both are in the same order. */
export function editScript(before: string, after: string): string {
  const [old, wanted] = [linesOf(before), linesOf(after)];
  const kept = new Set(wanted);
  const known = new Set(old);
  const commands: string[] = [];
  let at = 0;
  const addNew = (address: string) => {
    const added: string[] = [];
    for (; at < wanted.length && !known.has(wanted[at]!); at += 1) added.push(wanted[at]!);
    // Each line of the text but the last ends in a backslash, and a backslash of the text is doubled.
    if (added.length > 0)
      commands.push(
        `${address}\\`,
        ...added.map((line, index) => `${line.replaceAll("\\", "\\\\")}${index < added.length - 1 ? "\\" : ""}`),
      );
  };
  for (const [index, line] of old.entries()) {
    addNew(`${index + 1}i`);
    if (kept.has(line)) at += 1;
    else commands.push(`${index + 1}d`);
  }
  // The last line is kept then: what comes before a deleted one is there already.
  if (at < wanted.length) addNew("$a");
  return commands.map((command) => `${command}\n`).join("");
}

function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}
