// Boards: memory against what the board has, and the time line of the boot.
import { formatSeconds } from "../../../lib/reporter.ts";
import type { BoardRow } from "../../../model/report/dist-report.ts";
import { boardName } from "../../../stages/report/compare.ts";
import { bar, timeLine, type Part } from "./charts.ts";
import { html, type Html, type Value } from "./html.ts";
import type { Notes } from "./notes.ts";
import { mark, section, type State } from "./page.ts";

const PROGRAMS = { bare: "runtime alone", loaded: "with addon", smoke: "smoke script" } as const;

/** One card per board; the time lines of all have one scale. */
export function boardSection(boards: BoardRow[], notes: Notes): Html | undefined {
  if (boards.length === 0) return undefined;
  const longest = Math.max(...boards.map(endOf));
  return section(
    "boards",
    "Boards",
    "Each board boots under QEMU with exactly its CPU and memory. Times compare boards with each other, and do not predict those of real boards.",
    html`<div class="cards">${boards.map((board) => cardOf(board, longest, notes))}</div>`,
    legend([
      ["kernel", "kernel"],
      ["bare", "runtime alone"],
      ["loaded", "addon"],
      ["smoke", "smoke script"],
      ["ground", "free"],
    ]),
  );
}

function cardOf(board: BoardRow, longest: number, notes: Notes): Html {
  const { target, cpu, runtime, standsIn, stale, reason, kernel } = board;
  return html`<article class="card">
    <h3>${boardName(board)} ${verdictOf(board)}</h3>
    <p class="sub">
      <code>${target}</code> ${[cpu, runtime, kernel && `Linux ${kernel}`].filter(Boolean).join(", ")}${notes.refer(...standsIn)}
    </p>
    ${memoryOf(board)} ${timesOf(board, longest)}
    ${stale ? html`<p class="why warn">${mark("warn")} an earlier build of the addon ran here: run boardkit board ${board.board} again</p>` : undefined}
    ${reason ? html`<pre class="why">${reason}</pre>` : undefined}
  </article>`;
}

function verdictOf({ verdict, fault, passed, leastMiB }: BoardRow): Html {
  const [state, text]: [State, string] =
    verdict === "passed"
      ? ["ok", `${passed} passed`]
      : verdict === "failed"
        ? ["bad", `failed: ${fault ?? "unknown"}`]
        : ["none", "unsupported"];
  return html`<span class="verdict">${mark(state, verdict)} ${text}${leastMiB === undefined ? "" : `, from ${leastMiB} MiB on`}</span>`;
}

/** Anonymous memory at the end of each program: what the addon and the script add to the runtime. */
function memoryOf({ ramMiB, memTotalKiB, bare, loaded, smoke }: BoardRow): Value {
  if (memTotalKiB === undefined) return undefined;
  const ram = ramMiB * 1024;
  const steps = [
    ["kernel", "kernel", ram - memTotalKiB],
    ["bare", "runtime alone", bare?.rssAnonKiB],
    ["loaded", "addon", difference(loaded?.rssAnonKiB, bare?.rssAnonKiB)],
    ["smoke", "smoke script", difference(smoke?.rssAnonKiB, loaded?.rssAnonKiB)],
  ] as const;
  const parts: Part[] = steps.flatMap(([kind, name, kib]) =>
    kib === undefined ? [] : [{ kind, value: Math.max(0, kib), title: `${name}: ${mebibytes(kib)}` }],
  );
  const peak = Math.max(...[bare, loaded, smoke].map((memory) => memory?.vmHwmKiB ?? 0));
  const used = parts.reduce((sum, { value }) => sum + value, 0);
  const values = steps.flatMap(([, name, kib]) => (kib === undefined ? [] : [html`<span>${name} <b>${signed(kib, name)}</b></span> `]));
  return html`<div class="meter">
    <span class="name">memory</span
    >${bar(`memory: ${parts.map(({ title }) => title).join(", ")}; ${mebibytes(used)} of ${ramMiB} MiB`, parts, ram)}
    <p class="values">
      ${values}<span>of <b>${ramMiB} MiB</b></span
      >${peak > 0 ? html` <span>peak with pages of files <b>${mebibytes(peak)}</b></span>` : undefined}
    </p>
  </div>`;
}

function timesOf({ bootSeconds, timeline = [] }: BoardRow, longest: number): Value {
  if (bootSeconds === undefined) return undefined;
  const spans = [
    { kind: "kernel", name: "kernel", from: 0, to: bootSeconds },
    ...timeline.map(({ name, from, to }) => ({ kind: name, name: PROGRAMS[name], from, to })),
  ].map((span) => ({ ...span, title: `${span.name}: ${formatSeconds(span.to - span.from)}` }));
  const label = `time line: ${spans.map(({ title }) => title).join(", ")}`;
  return html`<div class="meter">
    <span class="name">boot</span>${timeLine(label, spans, longest)}
    <p class="values">${spans.map(({ name, from, to }) => html`<span>${name} <b>${formatSeconds(to - from)}</b></span> `)}</p>
  </div>`;
}

function endOf({ bootSeconds = 0, timeline = [] }: BoardRow): number {
  return Math.max(bootSeconds, ...timeline.map(({ to }) => to));
}

const difference = (after: number | undefined, before: number | undefined) =>
  after === undefined || before === undefined ? undefined : after - before;

const mebibytes = (kib: number) => `${(kib / 1024).toFixed(1)} MiB`;
/** What is added to the runtime has a sign. */
const signed = (kib: number, name: string) =>
  ["addon", "smoke script"].includes(name) ? `${kib < 0 ? "−" : "+"}${mebibytes(Math.abs(kib))}` : mebibytes(kib);

/** The colours of a chart. */
export function legend(entries: [kind: string, name: string][]): Html {
  return html`<ul class="legend">
    ${entries.map(
      ([kind, name]) =>
        html`<li>
          <svg class="swatch" aria-hidden="true"><rect class="${kind}" width="100%" height="100%" /></svg>${name}
        </li>`,
    )}
  </ul>`;
}
