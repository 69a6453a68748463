// Canonical JSON texts: equal for equal values, with sorted keys and with all digits of numbers.

/** The canonical text of a JSON text; the text `undefined` stays. */
export function canonical(text: string): string {
  return text === "undefined" ? text : textOf(parseExact(text));
}

/** The value of a JSON text; its numbers keep all digits, for {@link textOf}. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, withNumbers as (key: string, value: unknown) => unknown);
}

/** The canonical text with sorted arrays: equal for sets in another order. */
export function unordered(text: string): string {
  return text === "undefined" ? text : textOf(parseExact(text), { sorts: true });
}

/** The canonical text with each number rounded to a double. */
export function rounded(text: string): string {
  return text === "undefined" ? text : textOf(parseExact(text), { rounds: true });
}

type Options = { sorts?: boolean; rounds?: boolean };

/** A number with all of its digits. */
class Digits {
  readonly text: string;

  constructor(source: string) {
    this.text = numberText(source);
  }
}

function withNumbers(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(context.source ?? String(value)) : value;
}

const NUMBER = /^(?<sign>-?)(?<integer>\d+)(?:\.(?<part>\d+))?(?:[eE](?<power>[+-]?\d+))?$/;
/** A number with a larger shift keeps its exponent. */
const MOST_DIGITS = 1000;

/** A decimal number without needless zeros; an exponent stays only if the number would be too long. */
function numberText(source: string): string {
  const { sign = "", integer = "", part = "", power = "0" } = NUMBER.exec(source)?.groups ?? {};
  const digits = (integer + part).replace(/^0+/, "");
  if (digits === "") return "0";
  const exponent = Number(power) - part.length;
  const plain = digits.replace(/0+$/, "");
  const shift = exponent + (digits.length - plain.length);
  if (Math.abs(shift) > MOST_DIGITS) return `${sign}${plain}e${shift}`;
  if (shift >= 0) return sign + plain + "0".repeat(shift);
  const padded = plain.padStart(1 - shift, "0");
  return `${sign}${padded.slice(0, shift)}.${padded.slice(shift)}`;
}

/** The canonical text of a value of {@link parseExact}. */
export function textOf(value: unknown, options: Options = {}): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => textOf(item, options));
    return `[${(options.sorts ? items.toSorted() : items).join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Digits) return options.rounds ? String(Number(value.text)) : value.text;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner, options)}`).join()}}`;
}
