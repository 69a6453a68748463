// The name of a feed: an option, or that of the project.
import { InvalidArgumentError, Option } from "commander";
import { readPackageJson } from "../../model/project.ts";

/** `--name`. */
export function nameOption(): Option {
  const parse = (name: string) => {
    if (/^[a-z0-9][a-z0-9.+-]*$/.test(name)) return name;
    throw new InvalidArgumentError("a name has lower-case letters, digits, dots, plus signs and hyphens.");
  };
  return new Option("--name <name>", "name of the feed on machines").default(undefined, "the name of the project").argParser(parse);
}

/** The given name, or that of the package at a folder: `boardkit-grid` of `@boardkit/grid`. */
export function feedName(cwd: string, name: string | undefined): string {
  const text = name ?? readPackageJson(cwd).name ?? "feed";
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.+]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}
