// Writes lib/cases.json, which smoke.mjs reads.
import { writeFileSync } from "node:fs";
import { packCases } from "./pack.mjs";
import { readCases } from "./read.mjs";

writeFileSync(new URL("../lib/cases.json", import.meta.url), packCases(readCases()));
