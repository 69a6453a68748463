// All hostile cases, by what they attack.
import type { Case } from "./case.ts";
import { documents } from "./builtins/documents.ts";
import { graphql } from "./builtins/graphql.ts";
import { notations } from "./builtins/notations.ts";
import { patterns } from "./builtins/patterns.ts";
import { security } from "./builtins/security.ts";
import { syntax } from "./builtins/syntax.ts";
import { texts } from "./builtins/texts.ts";
import { values } from "./builtins/values.ts";
import { yaml } from "./builtins/yaml.ts";
import { loops, memory } from "./evaluations.ts";
import { inputs } from "./inputs.ts";
import { policies } from "./policies.ts";

export type NamedCase = Case & { group: string; name: string };

const GROUPS = { loops, memory, patterns, texts, notations, values, documents, yaml, graphql, security, syntax, inputs, policies };

/** All cases. */
export const CASES: NamedCase[] = Object.entries(GROUPS).flatMap(([group, cases]) =>
  Object.entries(cases).map(([name, one]) => ({ group, name, ...one })),
);
