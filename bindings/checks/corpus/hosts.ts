// Builtins that the hosts of some policies add: stand-ins in Rego, so that OPA and Grid run the same text. A source that calls one gets an
// import after its package clause.
import type { Source } from "../opa/oracle.ts";

type Host = {
  /** Matches a source that needs the host. */
  calls: RegExp;
  /** Matches a source that defines the builtin itself. */
  own: RegExp;
  import: string;
  packages: Record<string, string>;
};

const arity = (name: string, count: number) => {
  const parameters = ["a", "b"].slice(0, count).join(", ");
  return `${name}(${parameters}) := input.stand_in_for_nothing[[${parameters}]]`;
};
const functions = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => arity(name, count))
    .join("\n");

const OCI = {
  blob: 1,
  blob_files: 2,
  descriptor: 1,
  image_files: 2,
  image_index: 1,
  image_manifest: 1,
  image_manifests: 1,
  image_referrers: 1,
  image_tag_refs: 1,
  image_ref: 1,
  parsed_blob: 1,
};

const PURL = `is_valid(x) := regex.match("^pkg:[a-z]+/.+", x)

parse(x) := {"type": p[0], "name": name, "version": v, "namespace": namespace, "qualifiers": [], "subpath": ""} if {
	p := split(regex.split("[@?#]", trim_prefix(x, "pkg:"))[0], "/")
	count(p) > 1
	name := regex.split("[@?#]", p[count(p) - 1])[0]
	namespace := concat("/", array.slice(p, 1, count(p) - 1))
	found := regex.find_all_string_submatch_n("@([^?#]*)", x, 1)
	v := concat("", [m | some m in found[_]; not startswith(m, "@")])
}`;

const HOSTS: Host[] = [
  {
    calls: /(?<![\w.])ec\.(?:oci|sigstore|purl)\.\w+/,
    own: /^\s*import\s+data\.\S*\bec\b/m,
    import: "import data.stand_in.ec",
    packages: {
      "ec.oci": functions(OCI),
      "ec.sigstore": functions({ verify_image: 2, verify_attestation: 2 }),
      "ec.purl": PURL,
    },
  },
  {
    calls: /(?<![\w.])result\.new\s*\(/,
    own: /^\s*import\s+data\.\S*\bresult\b/m,
    import: "import data.stand_in.result",
    packages: {
      result: `new(msg, cause) := {"msg": msg, "meta": object.get(cause, "__defsec_metadata", null)} if is_object(cause)
new(msg, cause) := {"msg": msg, "meta": cause} if not is_object(cause)`,
    },
  },
  {
    calls: /(?<![\w.])isManaged\s*\(/,
    own: /\bisManaged\(\w+\)\s*(?::?=|\{| if)/m,
    import: "import data.stand_in.managed.isManaged",
    packages: { managed: 'isManaged(x) := object.get(object.get(x, "__defsec_metadata", {}), "managed", true)' },
  },
  {
    calls: /(?<![\w.])sh\.parse_commands\s*\(/,
    own: /^\s*import\s+data\.\S*\bsh\b/m,
    import: "import data.stand_in.sh",
    packages: { sh: String.raw`parse_commands(s) := [split(trim_space(part), " ") | some part in regex.split("&&|\\|\\||;|\\|", s)]` },
  },
  {
    calls: /(?<![\w.])cidr\.(?:is_public|count_addresses)\s*\(/,
    own: /^\s*import\s+data\.\S*\bcidr\b/m,
    import: "import data.stand_in.cidr",
    packages: {
      cidr: `is_public(x) := x in {"0.0.0.0/0", "::/0", "*"}
count_addresses(x) := 1 if endswith(x, "/32")
count_addresses(x) := 4294967296 if not endswith(x, "/32")`,
    },
  },
  {
    calls: /(?<![\w.])squealer\.scan_string\s*\(/,
    own: /^\s*import\s+data\.\S*\bsquealer\b/m,
    import: "import data.stand_in.squealer",
    packages: { squealer: 'scan_string(s) := {"transgressionFound": contains(s, "AKIA"), "description": "key"}' },
  },
];

/** The folder of the stand-ins among the sources of a unit. */
export const STAND_IN = "stand-in/";

/** The sources, with imports of stand-ins if they call a host, and the stand-ins. */
export function withStandIns(sources: Source[]): Source[] {
  const used = new Set<Host>();
  const changed = sources.map(({ name, text }) => {
    const needed = HOSTS.filter(({ calls, own }) => calls.test(text) && !own.test(text));
    for (const host of needed) used.add(host);
    const imports = needed.map((host) => `${host.import}\n`).join("");
    return { name, text: imports === "" ? text : text.replace(/^package[^\n]*\n/m, (clause) => clause + imports) };
  });
  const standIns = [...used].flatMap(({ packages }) =>
    Object.entries(packages).map(([name, text]) => ({
      name: `${STAND_IN}${name}.rego`,
      text: `package stand_in.${name}\n\nimport rego.v1\n\n${text}\n`,
    })),
  );
  return [...changed, ...standIns];
}
