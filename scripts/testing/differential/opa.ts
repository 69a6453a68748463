// The real OPA: what it refuses of many policies at once, and what it answers.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Pool } from "undici";
import { run } from "../../tools/exec.ts";
import { type OpaServer, startServer } from "../opa-server.ts";
import { type Answer, canonical } from "./grid.ts";
import { type Policy, textOf } from "./policies.ts";
import { DATA } from "./vocabulary.ts";

const HEADERS = { "content-type": "application/json" };
/** A policy that is still refused after so many rounds is left out. */
const ROUNDS = 14;

type Refused = { message: string; location?: { file: string; row: number } };

/** A server with many policies. */
export type Opa = {
  /** The policies that it took, without the clauses that it did not. */
  policies: Policy[];
  /** How many clauses it refused, by the text of its error. */
  refused: Map<string, number>;
  server: OpaServer;
  end: () => Promise<void>;
};

/** Loads policies, without the clauses that OPA refuses. */
export async function startWith(opa: string, policies: Policy[], signal: AbortSignal): Promise<Opa> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-differential-"));
  const left = new Map(policies.map((policy) => [policy.name, structuredClone(policy)]));
  const refused = new Map<string, number>();
  const write = (policy: Policy, part: "main" | "lib") => writeFile(join(folder, `${policy.name}.${part}.rego`), textOf(policy[part]));
  await Promise.all(policies.flatMap((policy) => [write(policy, "main"), write(policy, "lib")]));
  for (let round = 0; ; round += 1) {
    const errors = await check(opa, folder, signal);
    if (errors.length === 0) break;
    const rows = new Map<string, Set<number>>();
    for (const { message, location } of errors) {
      const file = basename(location?.file ?? "");
      const cause = message.replaceAll(/\b[trln]\d+\b/g, "N").split("\n")[0] as string;
      refused.set(cause, (refused.get(cause) ?? 0) + 1);
      rows.set(file, (rows.get(file) ?? new Set()).add(location?.row ?? 0));
    }
    for (const [file, lines] of rows) {
      const [name = "", part] = file.split(".") as [string, "main" | "lib"];
      const policy = left.get(name);
      // It has just been left out for its other file.
      if (!policy && rows.size > 1) continue;
      if (!policy) throw new Error(`OPA refuses ${file}: ${JSON.stringify(errors[0])}`);
      const source = policy[part];
      const before = source.clauses.length;
      source.clauses = source.clauses.filter((_, index) => !lines.has(index + source.header.length + 1));
      if (before === source.clauses.length || round >= ROUNDS) {
        left.delete(name);
        await Promise.all([rm(join(folder, `${name}.main.rego`)), rm(join(folder, `${name}.lib.rego`))]);
      } else {
        await write(policy, part);
      }
    }
  }
  const data = join(folder, "data.json");
  await writeFile(data, JSON.stringify(DATA));
  const files = [...left.keys()].flatMap((name) => [join(folder, `${name}.main.rego`), join(folder, `${name}.lib.rego`)]);
  const server = await startServer(opa, [data, ...files], signal);
  return {
    policies: [...left.values()],
    refused,
    server,
    end: async () => {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function check(opa: string, folder: string, signal: AbortSignal): Promise<Refused[]> {
  const { exitCode, stdout, stderr } = await run({ argv: [opa, "check", "--format=json", "--max-errors=100000", folder], signal });
  if (exitCode === 0) return [];
  return (JSON.parse(stdout.trim() || stderr) as { errors: Refused[] }).errors;
}

/** The answers to rules of a policy: all at once, and one by one where one of them is an error. */
export async function askAll(pool: Pool, name: string, rules: string[], input: string | undefined): Promise<Map<string, Answer>> {
  const whole = await ask(pool, `${name}/main`, input);
  const answers = new Map<string, Answer>();
  if ("text" in whole) {
    const fields = splitObject(whole.text);
    for (const rule of rules) answers.set(rule, { text: fields.get(rule) ?? "undefined" });
    return answers;
  }
  for (const rule of rules) answers.set(rule, await ask(pool, `${name}/main/${rule}`, input));
  return answers;
}

/** The answer to one path. */
export async function ask(pool: Pool, path: string, input: string | undefined): Promise<Answer> {
  const body = input === undefined ? "{}" : `{"input": ${input}}`;
  const response = await pool.request({ path: `/v1/data/${path}`, method: "POST", headers: HEADERS, body });
  const text = await response.body.text();
  if (response.statusCode !== 200) {
    const { code, errors, message } = JSON.parse(text) as { code: string; message: string; errors?: { code: string; message: string }[] };
    return { error: errors?.[0]?.code ?? code, message: errors?.[0]?.message ?? message };
  }
  const result = splitObject(canonical(text)).get("result");
  return { text: result ?? "undefined" };
}

/** Replaces the policies of a small server by one; false where it does not load. */
export async function put(pool: Pool, policy: Policy): Promise<boolean> {
  const send = async (part: "main" | "lib", body: string) => {
    const response = await pool.request({ path: `/v1/policies/${part}`, method: "PUT", headers: { "content-type": "text/plain" }, body });
    await response.body.dump();
    return response.statusCode === 200;
  };
  await send("main", "package nothing");
  return (await send("lib", textOf(policy.lib))) && (await send("main", textOf(policy.main)));
}

/** The fields of an object in canonical text, each as its text. */
function splitObject(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let depth = 0;
  let begin = 1;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index] as string;
    if (inText) {
      if (letter === "\\") index += 1;
      else if (letter === '"') inText = false;
      continue;
    }
    if (letter === '"') inText = true;
    else if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    if ((letter === "," && depth === 1) || depth === 0) {
      const field = text.slice(begin, index);
      const colon = /^"(?:[^"\\]|\\.)*":/.exec(field)?.[0];
      if (colon) fields.set(JSON.parse(colon.slice(0, -1)) as string, field.slice(colon.length));
      begin = index + 1;
    }
  }
  return fields;
}
