// Policies of the benchmark, each with data, an allowed input and the evaluated rule.

/** `ours` is set if the policy needs a builtin that this build of regorus lacks. */
export type BenchPolicy = { name: string; rule: string; source: string; data: object; input: object; ours?: true };

const ROLES = 50;

/** The path of the evaluated rule. */
export const queryOf = ({ rule }: BenchPolicy): string => `data.${rule.replace("/", ".")}`;

/** The policies, in the order of the table. */
export function benchPolicies(): BenchPolicy[] {
  return [rbac(), small(), large(), patterns()];
}

function rbac(): BenchPolicy {
  const rules = Array.from(
    { length: ROLES },
    (_, index) =>
      `allow if {\n\tinput.action == "action${index}"\n\tinput.resource.type == "type${index % 10}"\n\t"role${index}" in data.users[input.user].roles\n}`,
  );
  const users = Object.fromEntries(
    Array.from({ length: 100 }, (_, user) => [
      `user${user}`,
      { roles: [`role${user % ROLES}`, `role${(user + 7) % ROLES}`], unit: `unit${user % 9}` },
    ]),
  );
  const input = {
    user: "user42",
    action: "action42",
    resource: { type: "type2", id: "6f1c8d2e-0000-4000-8000-000000000042", owner: "user7", tags: ["a", "b", "c"] },
    request: { method: "GET", path: ["v1", "things", "42"], ip: "10.1.2.3", agent: "bench/1.0 (a client with a long name and a comment)" },
    session: { id: "s-0123456789abcdef0123456789abcdef", started: 1_700_000_000, mfa: true, scopes: ["read", "write", "admin:things"] },
  };
  return {
    name: "RBAC, 50 rules",
    rule: "rbac/allow",
    source: `package rbac\n\ndefault allow := false\n\n${rules.join("\n\n")}\n`,
    data: { users },
    input,
  };
}

function small(): BenchPolicy {
  const source = 'package small\n\ndefault allow := false\n\nallow if input.user == data.owner\n\nallow if input.role == "admin"\n';
  return { name: "2 rules", rule: "small/allow", source, data: { owner: "ann" }, input: { user: "bob", role: "admin" } };
}

function large(): BenchPolicy {
  const permissions = Object.fromEntries(
    Array.from({ length: 1000 }, (_, user) => [
      `user${user}`,
      Object.fromEntries(Array.from({ length: 100 }, (_value, thing) => [`thing${thing}`, true])),
    ]),
  );
  const source = "package large\n\ndefault allow := false\n\nallow if data.permissions[input.user][input.thing]\n";
  return { name: "100,000 permissions", rule: "large/allow", source, data: { permissions }, input: { user: "user500", thing: "thing50" } };
}

function patterns(): BenchPolicy {
  const source = `package patterns

default allow := false

allow if {
	regex.match("^/v[0-9]+/users/[a-z0-9-]+/files/.*$", input.path)
	glob.match("*.example.com", ["."], input.host)
	startswith(input.agent, "bench/")
}
`;
  const input = { path: "/v2/users/ann-1/files/a/b/c.txt", host: "api.example.com", agent: "bench/1.0" };
  return { name: "regex and glob", rule: "patterns/allow", source, data: {}, input, ours: true };
}
