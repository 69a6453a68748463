// The frame of a page: one file that loads nothing and runs nothing.
import { createHash } from "node:crypto";
import { html, prose, render, styleElement, type Html, type Value } from "./html.ts";
import { style } from "./style.ts";

export type Page = {
  /** The command that writes it. */
  brand: string;
  title: string;
  /** Under the title: versions, date. */
  facts: Value[];
  /** The most important counts. */
  figures: Figure[];
  sections: (Html | undefined)[];
  footer: Value;
  /** Data for a later run, of `embedJson`. */
  data?: Html;
};

/** A count with its meaning; `state` gives it a colour and a mark. */
export type Figure = { value: string; label: string; state?: State };

export type State = "ok" | "warn" | "bad" | "none";

/** The only style of the page is allowed by its hash, and nothing else is. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** The text of a page. */
export function renderPage({ brand, title, facts, figures, sections, footer, data }: Page): string {
  const body = html`<header>
      <p class="brand">${brand}</p>
      <h1>${title}</h1>
      <p class="facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
      <ul class="figures">
        ${figures.map(figureOf)}
      </ul>
    </header>
    <main>${sections}</main>
    <footer>${footer}</footer>
    ${data}`;
  const head = html`<meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title}</title>
    ${styleElement(style)}`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${render(head)}\n</head>\n<body>\n${render(body)}\n</body>\n</html>\n`;
}

/** A section of the page. `lead` is one sentence about it. */
export function section(id: string, heading: string, lead: Value, ...content: Value[]): Html {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${lead ? html`<p class="lead">${lead}</p>` : undefined} ${content}
  </section>`;
}

const MARKS: Record<State, string> = { ok: "✓", warn: "!", bad: "✗", none: "–" };
const WORDS: Record<State, string> = { ok: "good", warn: "warning", bad: "bad", none: "none" };

/** A mark whose meaning does not depend on its colour. */
export function mark(state: State, word = WORDS[state]): Html {
  return html`<span class="mark ${state}" role="img" aria-label="${word}">${MARKS[state]}</span>`;
}

function figureOf({ value, label, state }: Figure): Html {
  return html`<li class="${state ?? "plain"}"><b>${value}</b> <span>${label}</span></li>`;
}

/** A table in a box that scrolls if it is wider than the screen. */
export function scrollTable(label: string, header: Value[], rows: Value[][]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${header.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What is missing, with what to do. */
export function problemList(problems: { subject?: string; text: string; fix: string }[]): Html {
  return html`<ul class="problems">
    ${problems.map(
      ({ subject, text, fix }) =>
        html`<li>
          ${mark("warn")}
          <div>
            ${subject ? html`<code>${subject}</code>: ` : undefined}${text}${fix ? html`<p class="fix">${prose(fix)}</p>` : undefined}
          </div>
        </li>`,
    )}
  </ul>`;
}
