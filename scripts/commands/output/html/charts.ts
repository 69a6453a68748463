// Charts as SVG. Positions are attributes in percent: they need no style attribute, which the page's policy forbids, and texts keep their
// size at any width.
import { hierarchy, treemap, treemapSquarify } from "d3-hierarchy";
import { html, type Html } from "./html.ts";

/** A part of a bar; `kind` is its class. */
export type Part = { kind: string; value: number; title: string };

const percent = (part: number, whole: number) => `${((whole > 0 ? Math.max(0, Math.min(1, part / whole)) : 0) * 100).toFixed(2)}%`;

/** A bar of parts after each other; what they leave of `whole` is empty. */
export function bar(label: string, parts: Part[], whole: number): Html {
  let end = 0;
  const spans = parts.map(({ kind, value, title }) => ({ kind, title, from: end, to: (end += value) }));
  return timeLine(label, spans, whole);
}

/** Spans on a line of time from 0 to `whole`. */
export function timeLine(label: string, spans: { kind: string; from: number; to: number; title: string }[], whole: number): Html {
  const rects = spans.map(
    ({ kind, from, to, title }) =>
      html`<rect class="${kind}" x="${percent(from, whole)}" width="${percent(to - from, whole)}" height="100%"
        ><title>${title}</title></rect
      >`,
  );
  return html`<svg class="bar" role="img" aria-label="${label}">
    <rect class="ground" width="100%" height="100%" />
    ${rects}
  </svg>`;
}

/** A cell of a treemap; `kind` is its class. */
export type Cell = { name: string; value: number; kind: string; text: string };

/** Proportions of the drawing: cells are nearly square if the chart has them. */
const SHAPE = { width: 1000, height: 420 };
/** Widths of a chart in pixels: on a phone, and in the cards of a wide page, where the style sheet also shows labels of class `wide`. */
const WIDTHS = { narrow: 320, wide: 490 };
/** Pixels of a label, which the style sheet sets: the height of the chart, one character, one line, the space around. */
const LABEL = { chart: 208, character: 6.7, line: 17, margin: 14 };

type Node = Partial<Cell> & { children?: Cell[] };

/** A treemap: areas are proportional to values. Squarify keeps cells close to squares, so that they can be compared. */
export function treeMap(label: string, cells: Cell[]): Html {
  const sorted = cells.toSorted((a, b) => b.value - a.value);
  const root = hierarchy<Node>({ children: sorted }).sum(({ value = 0 }) => value);
  const laidOut = treemap<Node>().tile(treemapSquarify.ratio(1.4)).size([SHAPE.width, SHAPE.height])(root);
  const drawn = laidOut.leaves().map(({ x0, y0, x1, y1, data }) => {
    const [width, height] = [(x1 - x0) / SHAPE.width, (y1 - y0) / SHAPE.height];
    const needed = Math.max(data.name?.length ?? 0, data.text?.length ?? 0) * LABEL.character + LABEL.margin;
    const lines = Math.floor((height * LABEL.chart - LABEL.margin / 2) / LABEL.line);
    const labels = [data.name, data.text].slice(0, width * WIDTHS.wide < needed ? 0 : Math.max(0, lines));
    const kind = width * WIDTHS.narrow < needed ? "wide" : "name";
    return html`<svg
      x="${percent(x0, SHAPE.width)}"
      y="${percent(y0, SHAPE.height)}"
      width="${percent(width, 1)}"
      height="${percent(height, 1)}"
    >
      <rect class="${data.kind}" width="100%" height="100%"><title>${`${data.name}: ${data.text}`}</title></rect>
      ${labels.map((text, line) => html`<text class="${kind}" x="7" y="${(line + 1) * LABEL.line}">${text}</text>`)}
    </svg>`;
  });
  return html`<svg class="treemap" role="img" aria-label="${label}">${drawn}</svg>`;
}
