// The parts of each file: a treemap of its sections, and their bytes in a table.
import { formatBytes, formatSize } from "../../../lib/reporter.ts";
import type { BuildReport, TargetReport } from "../../../model/report/dist-report.ts";
import { legend } from "./boards.ts";
import { treeMap, type Cell } from "./charts.ts";
import { html, type Html } from "./html.ts";
import { scrollTable, section } from "./page.ts";

/** What a section holds, by the names that linkers give; the first match counts. */
const KINDS: [kind: string, name: string, pattern: RegExp][] = [
  ["code", "code", /^\.(text|plt|init|fini)\b/],
  ["unwind", "tables for panics", /^\.(eh_frame|gcc_except_table|ARM\.ex)/],
  ["reloc", "relocations and symbols", /^\.(rela?\b|relr|dyn|gnu|hash|symtab|strtab)/],
  ["constants", "constants", /^\.(rodata|data\.rel\.ro)/],
  ["debug", "debug information", /^\.debug_/],
  ["data", "variables and others", /./],
];

/** Sections that take up memory and no space in the file. */
const NOT_IN_FILE = /^\.(bss|tbss|relro_padding)\b/;

/** A treemap for each audited target. */
export function sizeSection(targets: TargetReport[]): Html | undefined {
  const audited = targets.flatMap(({ triple, build }) => (build?.audit ? [{ triple, build, sections: inFile(build) }] : []));
  if (audited.length === 0) return undefined;
  const used = new Set(audited.flatMap(({ sections }) => sections.map(({ kind }) => kind)));
  const names = [...new Set(audited.flatMap(({ sections }) => sections.map(({ name }) => name)))];
  const bytesOf = (sections: Cell[], name: string) => sections.find((one) => one.name === name)?.value ?? 0;
  const total = (name: string) => audited.reduce((sum, { sections }) => sum + bytesOf(sections, name), 0);
  const rows = names
    .toSorted((a, b) => total(b) - total(a))
    .map((name) => [html`<code>${name}</code>`, ...audited.map(({ sections }) => formatSize(bytesOf(sections, name)))]);
  return section(
    "sizes",
    "What the bytes are",
    "Sections of each file; areas are proportional within a file.",
    html`<div class="cards">
      ${audited.map(
        ({ triple, build, sections }) =>
          html`<article class="card">
            <h3><code>${triple}</code> <span class="verdict">${formatBytes(build.bytes)}</span></h3>
            ${treeMap(`sections of ${build.file}: ${sections.map(({ name, text }) => `${name} ${text}`).join(", ")}`, sections)}
          </article>`,
      )}
    </div>`,
    legend(KINDS.filter(([kind]) => used.has(kind)).map(([kind, name]) => [kind, name])),
    html`<details>
      <summary>Bytes of ${names.length} sections</summary>
      ${scrollTable("bytes by section", ["section", ...audited.map(({ triple }) => html`<code>${triple}</code>`)], rows)}
    </details>`,
  );
}

function inFile({ audit }: BuildReport): Cell[] {
  return Object.entries(audit?.sections ?? {})
    .filter(([name]) => !NOT_IN_FILE.test(name))
    .map(([name, value]) => ({
      name,
      value,
      kind: KINDS.find(([, , pattern]) => pattern.test(name))?.[0] ?? "data",
      text: formatSize(value),
    }))
    .toSorted((a, b) => b.value - a.value);
}
