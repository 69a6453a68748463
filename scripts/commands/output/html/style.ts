// The style sheet of pages. Text colours have a contrast of at least 4.5 to 1 on their ground in both themes: the check with axe-core holds them.
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f8; --card: #fff; --ink: #191d22; --soft: #59626d; --line: #e0e4e8; --ground: #e9edf0; --link: #1d5fbf;
  --ok: #14713f; --warn: #875200; --bad: #b3201a;
  --kernel: #aab4bf; --bare: #5b9bd8; --loaded: #e08a2b; --smoke: #4f9f74; --size: #5b8fd0; --over: #cf3f38;
  --code: #bcd7f3; --constants: #cfe6cf; --unwind: #f3dfba; --reloc: #e4d5ee; --data: #f2d3d6; --debug: #dadde1;
  --own: #bcd7f3; --dependency: #cfe6cf; --standard: #f3dfba; --library: #e4d5ee; --plain: #dadde1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121519; --card: #1a1e23; --ink: #e4e7ea; --soft: #9ca6b0; --line: #2d333a; --ground: #2a3037; --link: #84b4f7;
    --ok: #5fca8e; --warn: #e2b04c; --bad: #ff8078;
    --kernel: #5c6672; --bare: #4d8ecb; --loaded: #d98932; --smoke: #4fa577; --size: #5b90d6; --over: #e5574f;
    --code: #234565; --constants: #27482f; --unwind: #54431f; --reloc: #442f54; --data: #5a2e34; --debug: #3a4048;
    --own: #234565; --dependency: #27482f; --standard: #54431f; --library: #442f54; --plain: #3a4048;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem clamp(.75rem, 3vw, 2rem) 3rem; max-width: 76rem; background: var(--page); color: var(--ink);
  font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, ol { margin: 0; padding: 0; }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.015em; font-weight: 650; }
h2 { font-size: 1.05rem; font-weight: 650; letter-spacing: -.005em; }
h3 { font-size: .93rem; font-weight: 600; }
ul, ol { list-style: none; }
b { font-weight: 600; }
small { display: block; font-size: .82rem; color: var(--soft); }
code, pre { font: .92em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
a { color: var(--link); }
.brand { color: var(--soft); font-size: .8rem; letter-spacing: .04em; }
.facts { margin-top: .3rem; color: var(--soft); }
.facts span:not(:last-child)::after { content: " ·"; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2.2rem; margin-top: 1.1rem; padding: .8rem 0; border-block: 1px solid var(--line); }
.figures b { display: block; font-size: 1.2rem; line-height: 1.25; letter-spacing: -.01em; }
.figures span { color: var(--soft); font-size: .82rem; }
.figures .bad b { color: var(--bad); }
.figures .warn b { color: var(--warn); }
.figures .ok b { color: var(--ok); }
section { margin-top: 2rem; }
.lead { margin-top: .15rem; color: var(--soft); max-width: 72rem; }
section > :not(h2, .lead) { margin-top: .7rem; }
.mark { display: inline-block; flex: none; width: 1em; font-weight: 700; text-align: center; }
.mark.ok { color: var(--ok); } .mark.warn { color: var(--warn); } .mark.bad { color: var(--bad); } .mark.none { color: var(--soft); }
.ref { font-size: .85em; text-decoration: none; }
.ref:hover { text-decoration: underline; }

table { border-collapse: collapse; width: 100%; background: var(--card); }
th, td { padding: .5rem .8rem .5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: inherit; }
th:first-child, td:first-child { padding-left: .8rem; }
thead th { color: var(--soft); font-size: .8rem; padding-block: .4rem; }
.matrix { border: 1px solid var(--line); border-radius: 8px; border-spacing: 0; border-collapse: separate; overflow: hidden; }
tbody tr:last-child > * { border-bottom: 0; }
.matrix th[scope=row] { width: 25%; }
.matrix td:nth-child(2) { width: 17%; }
.matrix .absent { color: var(--soft); }
.run { display: flow-root; }
.run + .run { margin-top: .3rem; }
.run small { display: inline; }
.why { color: var(--bad); white-space: pre-line; }
.why.none, .why.warn { color: var(--soft); }
.run .why { display: block; }
.matrix td:last-child b { white-space: nowrap; }

svg { display: block; width: 100%; overflow: hidden; }
.bar { height: 9px; border-radius: 2px; margin: 3px 0; }
.ground { fill: var(--ground); }
.kernel { fill: var(--kernel); } .bare { fill: var(--bare); } .loaded { fill: var(--loaded); } .smoke { fill: var(--smoke); }
.size { fill: var(--size); } .over { fill: var(--over); }
.code { fill: var(--code); } .constants { fill: var(--constants); } .unwind { fill: var(--unwind); }
.reloc { fill: var(--reloc); } .data { fill: var(--data); } .debug { fill: var(--debug); }
.own { fill: var(--own); } .dependency { fill: var(--dependency); } .standard { fill: var(--standard); }
.library { fill: var(--library); } .section, .others { fill: var(--plain); }
.treemap { height: 13rem; margin-top: .5rem; border-radius: 4px; }
.treemap rect { stroke: var(--card); stroke-width: 2px; }
.treemap text { fill: var(--ink); font: 11px ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
.treemap .wide { display: none; }
@container (min-width: 33rem) { .treemap .wide { display: inline; } }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; color: var(--soft); font-size: .82rem; }
.legend li { display: flex; align-items: center; gap: .4em; }
.swatch { width: .8em; height: .8em; border-radius: 2px; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: .8rem; }
.card, .rule { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; min-width: 0; }
.card { container-type: inline-size; }
.card h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.verdict { font-weight: 400; }
.sub { color: var(--soft); font-size: .85rem; }
.meter { margin-top: .55rem; }
.meter .name { font-size: .8rem; color: var(--soft); }
.values { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .82rem; color: var(--soft); }
.values b { color: var(--ink); font-weight: 500; }
.fix { color: var(--soft); font-size: .88rem; }
.fix::before { content: "fix: "; font-weight: 600; }
.rules { display: grid; gap: .8rem; }
.rule ul { margin: .25rem 0; }
.rule li + li { margin-top: .25rem; }
.places { color: var(--soft); font-size: .85rem; }
.places code { display: inline-block; }
.places code:not(:last-child)::after { content: " ·"; }
.changes li { display: flex; flex-wrap: wrap; gap: 0 .8rem; }
.changes .name { min-width: 7rem; color: var(--soft); }
.change { margin-left: auto; }
.better { color: var(--ok); } .worse { color: var(--bad); } .neutral { color: var(--soft); }
.problems li { display: flex; gap: .5rem; padding: .2rem 0; }
.notes { list-style: decimal; padding-left: 1.4rem; }
pre.why { margin: .5rem 0 0; white-space: pre-wrap; max-height: 16rem; overflow: auto; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
details[open] > summary { margin-bottom: .5rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.scroll td, .scroll th { white-space: nowrap; }
footer { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .82rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }

.grid { width: auto; min-width: min(100%, 24rem); }
.grid thead th { vertical-align: bottom; }
.grid th.place { padding-inline: .5rem; text-align: center; }
.grid th.upright { padding-inline: .2rem; }
.grid th.upright span { writing-mode: vertical-rl; rotate: 180deg; white-space: nowrap; }
.grid td { text-align: center; padding-inline: .2rem; }
.grid th[scope=row] { position: sticky; left: 0; background: var(--card); min-width: 8rem; max-width: 24rem; white-space: normal; }

@media (max-width: 46rem) {
  .matrix, .matrix tbody, .matrix tr, .matrix th[scope=row], .matrix td { display: block; width: auto; }
  .matrix thead { position: absolute; clip-path: inset(50%); }
  .matrix tr { padding: .6rem .8rem; border-bottom: 1px solid var(--line); }
  .matrix tr:last-child { border-bottom: 0; }
  .matrix th, .matrix td { padding: 0; border: 0; }
  .matrix th[scope=row] { margin-bottom: .3rem; padding: 0; }
  .matrix th[scope=row] code { font-weight: 600; }
  .matrix td, .matrix td:nth-child(2) { display: grid; grid-template-columns: 4rem 1fr; column-gap: .6rem; width: auto; }
  .matrix td::before { content: attr(data-label); color: var(--soft); font-size: .82rem; }
  .matrix td:not(:nth-child(2)) small:not(.why) { display: inline; }
  .grid th[scope=row] { max-width: 42vw; }
  .figures { gap: .5rem 1.4rem; }
  .changes .name { min-width: 5.5rem; }
  .changes li { gap: 0 .5rem; }
}
@media print {
  :root { --page: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .card, .rule, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  .scroll td, .scroll th { white-space: normal; }
  /* Newer browsers print what is folded by themselves. */
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
