// The instructions of an x86-64 file that not every x86-64 processor has.
import type { InspectedElf } from "../../elf/facts.ts";
import type { CodeFacts } from "../../report.ts";
import { goTest, readGo } from "../go.ts";
import { FeatureUses, type Guard } from "../uses.ts";
import { encodingOf, featuresOfCode } from "./codes.ts";
import { findGuards } from "./guards.ts";
import { readRelocations } from "./relocations.ts";
import { scanX86 } from "./scan.ts";

const STT_FUNC = 2;
/** Registration by Node-API or by the older interface, defined or called. */
const NODE_API = /^(napi_|node_api_|node_module_register|node_register_module)/;

/** Decodes the code of a file: the features that it needs, and which uses are behind a test. */
export function decodeX86(elf: InspectedElf): CodeFacts {
  const relocations = readRelocations(elf.file);
  const scan = scanX86(elf, relocations);
  const uses = new FeatureUses(goTest(readGo(elf.file)));
  if (scan.hits.sites.length > 0) {
    const guards = findGuards(scan, relocations, calledFromOutside(elf));
    scan.hits.sites.forEach((address, index) => {
      const code = scan.hits.codes[index] as number;
      const place = { address, instruction: encodingOf(code) };
      for (const feature of featuresOfCode(code)) uses.add(feature, place, guards[index] as Guard, address);
    });
  }
  const size = scan.map.regions.reduce((sum, region) => sum + region.size, 0);
  return { features: uses.features, codeBytes: size - scan.map.unclassifiedBytes, unclassifiedBytes: scan.map.unclassifiedBytes };
}

// Node loads an addon so that nothing else can bind to its symbols: nothing else calls an exported function that the addon calls itself.
// A function that it does not call itself counts as called from outside in any case.
function calledFromOutside({ dynamic }: InspectedElf): number[] {
  if (dynamic.symbols.some((symbol) => NODE_API.test(symbol.name))) return [];
  return dynamic.symbols.filter((symbol) => symbol.defined && symbol.type === STT_FUNC).map((symbol) => symbol.address);
}
