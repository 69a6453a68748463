// Numbered notes on stand-ins: a run names one by its number, and a section lists them.
import { html, type Html, type Value } from "./html.ts";
import { section } from "./page.ts";

export type Notes = {
  /** The references of texts, which get a number when they are first seen. */
  refer: (...texts: (string | undefined)[]) => Value;
  /** The section with all of them; undefined if there is none. */
  section: () => Html | undefined;
};

/** An empty list of notes. */
export function createNotes(): Notes {
  const seen: string[] = [];
  return {
    refer: (...texts) =>
      texts
        .filter((text) => text !== undefined)
        .map((text) => {
          if (!seen.includes(text)) seen.push(text);
          const number = seen.indexOf(text) + 1;
          return html` <a class="ref" href="#stand-in-${number}" aria-label="${`stand-in ${number}`}">[${number}]</a>`;
        }),
    section: () =>
      seen.length === 0
        ? undefined
        : section(
            "stand-ins",
            "Stand-ins",
            "Where the real thing cannot run, something else ran in its place.",
            html`<ol class="notes">
              ${seen.map((text, index) => html`<li id="stand-in-${index + 1}">${text}</li>`)}
            </ol>`,
          ),
  };
}
