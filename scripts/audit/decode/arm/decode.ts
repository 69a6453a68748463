// The instruction audit of 32-bit ARM code, A32 and T32. It does not look for tests of AT_HWCAP: what stands behind one counts as unguarded,
// save the routines of the unwinder below, but where nothing leads to it while the addon is loaded it may be a choice.
import type { InspectedElf } from "../../elf/facts.ts";
import { loadEntries } from "../entries.ts";
import { asksForFeatures } from "./asks.ts";
import { KIND, wordAt } from "./image.ts";
import { readArmLinks } from "./links.ts";
import { classifyArm, reachedFrom } from "./state.ts";
import { isWide, matchArm, matchShort, matchWide, type Row } from "./table.ts";
import type { CodeFacts } from "../../report.ts";
import { FeatureUses } from "../uses.ts";

/** Where functions begin is not always known; so many bytes of code stand for one. */
const STRETCH = 256;
const LOAD_HIGH = 0xecd00b20;
const STORE_HIGH = 0xecc00b20;
const RETURN_ARM = 0xe12fff1e;
const RETURN_THUMB = 0x4770;

/** Finds the uses of features beyond ARMv6K with VFPv2. */
export function decodeArm(elf: InspectedElf): CodeFacts {
  const image = classifyArm(elf);
  const uses = new FeatureUses();
  const facts: CodeFacts = { features: uses.features, codeBytes: 0, unclassifiedBytes: image.leftOut };
  const { halves, kinds } = image;
  const { askerSlots, inside } = readArmLinks(elf);
  const asks = asksForFeatures(image, askerSlots);
  // Calls over the linkage table are not followed, so what they lead to counts as an entry.
  const entered = asks ? reachedFrom(image, [...loadEntries(elf), ...inside]) : undefined;
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
  uses.markDispatched({ asks, functions, isEntered: (_, feature) => enteredFeatures.has(feature) });
  return facts;
}

// The unwinder's two routines that load and store d16 to d31 and return. It calls them only for a frame whose unwind instructions say
// that its function saved these registers, hence had them. No other function returns with them loaded: a caller must not rely on them.
function isUnwinders(word: number, returns: boolean): boolean {
  return returns && (word === LOAD_HIGH || word === STORE_HIGH);
}
