// The instruction audit of 32-bit ARM code, A32 and T32. It does not look for tests of AT_HWCAP: instructions behind a test count as
// unguarded, except the routines of the unwinder below. If loading the addon does not reach them, they may be behind a choice.
import type { InspectedElf } from "../../elf/facts.ts";
import { readEntries } from "../entries.ts";
import { queriesFeatures } from "./feature-queries.ts";
import { KIND, wordAt } from "./image.ts";
import { readArmLinks } from "./links.ts";
import { classifyArm, reachedFrom } from "./state.ts";
import { isWide, matchArm, matchShort, matchWide, type Row } from "./table.ts";
import type { CodeFacts } from "../../report.ts";
import { goTest, readGo } from "../go.ts";
import { FeatureUses } from "../uses.ts";

/** The starts of functions are not always known; ranges of this many bytes replace functions. */
const STRETCH = 256;
const LOAD_HIGH = 0xecd00b20;
const STORE_HIGH = 0xecc00b20;
const RETURN_ARM = 0xe12fff1e;
const RETURN_THUMB = 0x4770;

/** Finds the uses of features beyond ARMv6K with VFPv2. */
export function decodeArm(elf: InspectedElf): CodeFacts {
  const go = readGo(elf.file);
  const image = classifyArm(elf, go?.functions);
  const uses = new FeatureUses(goTest(go));
  const facts: CodeFacts = { features: uses.features, codeBytes: 0, unclassifiedBytes: image.leftOut };
  const { halves, kinds } = image;
  const { querySlots, inside } = readArmLinks(elf);
  const queries = queriesFeatures(image, querySlots);
  // Calls over the linkage table are not followed, so their targets count as entry points.
  const { loaded, exported } = readEntries(elf);
  const entered = queries ? reachedFrom(image, [...loaded, ...exported.map(({ address }) => address), ...inside]) : undefined;
  const enteredFeatures = new Set<string>();
  const use = (offset: number, rows: Row[], guarded: boolean) => {
    for (const [, , feature, name] of rows) {
      uses.add(feature, { address: image.base + offset, instruction: name }, guarded ? "guarded" : "open", Math.floor(offset / STRETCH));
      if (!guarded && entered?.[offset >> 1] !== 0) enteredFeatures.add(feature);
    }
  };
  for (let half = 0; half < kinds.length;) {
    const kind = kinds[half];
    let length = 1;
    if (kind === KIND.arm) {
      length = 2;
      const word = wordAt(image, half * 2);
      const rows = matchArm(word);
      if (rows.length > 0) use(half * 2, rows, isUnwinders(word, wordAt(image, half * 2 + 4) === RETURN_ARM));
    } else if (kind === KIND.thumb) {
      const first = halves[half] ?? 0;
      length = isWide(first) ? 2 : 1;
      const second = halves[half + 1] ?? 0;
      const rows = length === 2 ? matchWide(first, second) : matchShort(first);
      if (rows.length > 0) use(half * 2, rows, isUnwinders(((first << 16) | second) >>> 0, halves[half + 2] === RETURN_THUMB));
    } else if (kind === KIND.unknown) facts.unclassifiedBytes += 2;
    if (kind === KIND.arm || kind === KIND.thumb) facts.codeBytes += length * 2;
    half += length;
  }
  const functions = Math.ceil(facts.codeBytes / STRETCH);
  uses.markDispatched({ queriesFeatures: queries, functions, isEntered: (_, feature) => enteredFeatures.has(feature) });
  return facts;
}

// The unwinder's two routines that load and store d16 to d31 and return. It calls them only for a frame whose function saved these
// registers by its unwind instructions, so the CPU has them. No other function returns with them loaded: callers must not rely on them.
function isUnwinders(word: number, returns: boolean): boolean {
  return returns && (word === LOAD_HIGH || word === STORE_HIGH);
}
