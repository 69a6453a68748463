// Hostile YAML.
import { type Cases, lines, list, nested, onTwice, value } from "../case.ts";

const YAML_LEVELS = 12;
/** Anchors of which each contains the one before it ten times. */
const yamlBomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${lines(
  YAML_LEVELS,
  (index) => `a${index + 1}: &a${index + 1} [${list(10, () => `*a${index}`).join(", ")}]`,
)}`;

export const yaml: Cases = {
  "yaml, aliases that multiply": value("count(yaml.unmarshal(input.t))", { t: yamlBomb }),
  "yaml, merged keys that multiply": value("count(yaml.unmarshal(input.t))", {
    t: `a0: &a0 {x: 1}\n${lines(40, (index) => `a${index + 1}: &a${index + 1} {<<: [*a${index}, *a${index}]}`)}`,
  }),
  "yaml, many aliases of a long text": value("count(yaml.unmarshal(input.t))", {
    t: `a: &a "${"x".repeat(100_000)}"\nb: [${"*a, ".repeat(200_000)}1]`,
  }),
  "yaml, an alias in its anchor": value("yaml.unmarshal(input.t)", { t: "a: &a [*a, *a]\n" }),
  "yaml, many anchors": value("count(yaml.unmarshal(input.t))", { t: lines(60_000, (index) => `- &a${index} 1`) }),
  "yaml, brackets": value("yaml.is_valid(input.t)", { t: nested(100_000, "[", "]") }),
  "yaml, open brackets": value("yaml.is_valid(input.t)", { t: "[".repeat(900_000) }),
  "yaml, open braces": value("yaml.is_valid(input.t)", { t: "{a: ".repeat(200_000) }),
  "yaml, keys in braces": value("yaml.is_valid(input.t)", { t: `{${"? a : b, ".repeat(100_000)}}` }),
  "yaml, deep blocks": value("yaml.is_valid(input.t)", { t: "- ".repeat(400_000) }),
  "yaml, deep mappings": value("yaml.is_valid(input.t)", { t: lines(1200, (index) => `${" ".repeat(index)}a:`) }),
  "yaml, a long flow sequence": value("count(yaml.unmarshal(input.t))", { t: `[${"a, ".repeat(300_000)}a]` }),
  "yaml, many keys": value("count(yaml.unmarshal(input.t))", { t: lines(80_000, (index) => `k${index}: 1`) }),
  "yaml, the same key": value("yaml.unmarshal(input.t)", { t: "k: 1\n".repeat(150_000) }),
  "yaml, many documents": value("yaml.unmarshal(input.t)", { t: "--- a\n".repeat(150_000) }),
  "yaml, many directives": value("yaml.is_valid(input.t)", { t: `${lines(40_000, (index) => `%TAG !t${index}! tag:a,b:`)}\n--- a` }),
  "yaml, a long key": value("yaml.is_valid(input.t)", { t: `${"a".repeat(900_000)}: 1` }),
  "yaml, a folded text": value("count(yaml.unmarshal(input.t))", { t: `a: >\n${"  a\n\n".repeat(150_000)}` }),
  "yaml, escapes": value("count(yaml.unmarshal(input.t))", { t: `"${String.raw`\U0001F600`.repeat(80_000)}"` }),
  "yaml, comments": value("yaml.is_valid(input.t)", { t: `a: 1\n${"#\n".repeat(400_000)}` }),
  "yaml, numbers of many digits": value("yaml.unmarshal(input.t)", { t: `[0x${"f".repeat(400_000)}, ${"9".repeat(400_000)}]` }),
  "yaml, sixties": value("yaml.unmarshal(input.t)", { t: `a: 1${":59".repeat(250_000)}` }),
  "yaml.marshal of a value that repeats itself": onTwice("count(yaml.marshal(a30))"),
};
