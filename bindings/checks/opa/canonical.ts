// JSON texts that are the same where their values are: keys in order, numbers by their value with all of their digits.

/** The text of a JSON text that all texts of its value have. `undefined` is no value, and stays. */
export function canonical(text: string): string {
  return text === "undefined" ? text : written(parseExact(text));
}

/** The value of a JSON text whose numbers keep all of their digits; only {@link written} knows them. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, withNumbers as (key: string, value: unknown) => unknown);
}

/** The same with the items of each array in one order: sets that differ in their order alone have one such text. */
export function unordered(text: string): string {
  return text === "undefined" ? text : written(parseExact(text), { sorts: true });
}

/** The same with each number as the nearest one that a double holds. */
export function rounded(text: string): string {
  return text === "undefined" ? text : written(parseExact(text), { rounds: true });
}

type Ways = { /** The items of arrays in one order. */ sorts?: boolean; rounds?: boolean };

/** A number as all of its digits. */
class Digits {
  readonly text: string;

  constructor(source: string) {
    this.text = numberText(source);
  }
}

function withNumbers(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === "number" ? new Digits(context.source ?? String(value)) : value;
}

const NUMBER = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<part>\d+))?(?:[eE](?<power>[+-]?\d+))?$/;
/** Beyond this a number is not written out. */
const MOST_DIGITS = 1000;

/** A decimal number without needless zeros and without an exponent, as long as it is not a long one. */
function numberText(source: string): string {
  const { sign = "", whole = "", part = "", power = "0" } = NUMBER.exec(source)?.groups ?? {};
  const digits = (whole + part).replace(/^0+/, "");
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
export function written(value: unknown, ways: Ways = {}): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => written(item, ways));
    return `[${(ways.sorts ? items.toSorted() : items).join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof Digits) return ways.rounds ? String(Number(value.text)) : value.text;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner, ways)}`).join()}}`;
}
