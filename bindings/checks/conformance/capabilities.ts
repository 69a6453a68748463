// Grid's rows of OPA's builtins beside OPA's own capabilities.json.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILTIN_ROWS, type BuiltinRow, readBuiltinRows } from "../../../scripts/checks/generate/builtins-page.ts";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { packageRoot } from "../../../scripts/lib/paths.ts";

/** What is read here of capabilities.json. */
export type Capabilities = {
  builtins: {
    name: string;
    infix?: string;
    relation?: boolean;
    deprecated?: boolean;
    nondeterministic?: boolean;
    decl: { args?: unknown[]; variadic?: unknown };
  }[];
};

/** Fails if the rows differ from the capabilities: in names, numbers of arguments, operators or flags. */
export async function checkCapabilities(capabilities: Capabilities): Promise<void> {
  const rows = readBuiltinRows(await readFile(join(packageRoot, BUILTIN_ROWS), "utf8"));
  const differences = compareCapabilities(rows, capabilities);
  if (differences.length === 0) return;
  throw new BoardkitError(`${differences.length} builtins differ from OPA's capabilities.json`, {
    code: "CAPABILITIES",
    tail: differences.join("\n"),
    fix: `write them in ${BUILTIN_ROWS} as OPA declares them`,
  });
}

/** The differences, a text for each builtin. */
export function compareCapabilities(rows: BuiltinRow[], { builtins }: Capabilities): string[] {
  const own = new Map(rows.map((row) => [row.name, ofRow(row)]));
  const opa = new Map(
    builtins.map(({ name, decl, ...rest }) => [
      name,
      shown((decl.args ?? []).length, decl.variadic !== undefined, rest.infix, [
        rest.relation === true && "relation",
        rest.deprecated === true && "deprecated",
        rest.nondeterministic === true && "nondeterministic",
      ]),
    ]),
  );
  const names = [...new Set([...own.keys(), ...opa.keys()])].toSorted();
  return names.flatMap((name) => {
    const [here, there] = [own.get(name) ?? "missing", opa.get(name) ?? "missing"];
    return here === there ? [] : [`${name}: ${here}, in OPA ${there}`];
  });
}

const ofRow = ({ params, variadic, infix, flags }: BuiltinRow) => shown(params.length, variadic, infix, flags);

const shown = (count: number, variadic: boolean, infix: string | undefined, flags: (string | false)[]) =>
  [`${count} arguments`, variadic && "variadic", infix && `infix ${infix}`, ...flags.filter(Boolean).toSorted()].filter(Boolean).join(", ");
