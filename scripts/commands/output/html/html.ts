// HTML from templates that escape every value: names, findings and versions come from files of others.

const markup: unique symbol = Symbol("markup");

/** A piece of HTML; only `html` makes one, so that no text is taken for it. */
export type Html = { readonly [markup]: string };

/** A value in a template: text, which is escaped, pieces, or nothing. */
export type Value = string | number | Html | undefined | false | readonly Value[];

/** Escapes of characters that begin or end something in elements, and in attributes in quotes. */
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A piece of HTML. Attributes with values must be in double quotes. */
export function html(texts: TemplateStringsArray, ...values: Value[]): Html {
  return { [markup]: texts.map((text, index) => text + (index < values.length ? render(values[index]) : "")).join("") };
}

/** The text of a piece. */
export function render(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return markup in value ? value[markup] : value.map(render).join("");
}

/** A sentence in which backticks mark code. */
export function prose(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/**
 * JSON in a script element that no browser runs. `<` is written as an escape of JSON: a text with `</script>` or `<!--` would end or
 * change the element.
 */
export function embedJson(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
  return { [markup]: `<script type="application/json" id="${escapeHtml(id)}">${json}</script>` };
}

/** A style sheet of this program; it is not escaped. White space around it would change its hash. */
export function styleElement(css: string): Html {
  return { [markup]: `<style>${css}</style>` };
}
