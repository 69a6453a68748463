// node:url: URLs as scripts use them for files and addresses; host names are not converted to Punycode.
const path = require("./path.cjs");

const PORTS = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "ftp:": "21", "file:": "" };

const invalid = (input, base) =>
  Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input, ...(base === undefined ? {} : { base }) });

/** Percent-encodes the characters that a part of a URL cannot have, and all above ASCII. */
const escape = (text, pattern) =>
  Array.from(text.toWellFormed(), (letter) => {
    if (!pattern.test(letter) && letter <= "\u007e") return letter;
    return Array.from(new Uint8Array(natives.encode(letter)), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  }).join("");

const IN_PATH = /[\u0000- "#<>?^`{}]/;
const IN_QUERY = /[\u0000- "#<>']/;
const IN_FRAGMENT = /[\u0000- "<>`]/;
const IN_USER = /[\u0000- "#<>?`{}/:;=@[\]^|]/;

class URLSearchParams {
  #pairs = [];
  #changed;
  constructor(init = "", changed = () => {}) {
    this.#changed = changed;
    if (typeof init === "string") this.#pairs = parseQuery(init.replace(/^\?/, ""));
    else if (typeof init?.[Symbol.iterator] === "function")
      this.#pairs = Array.from(init, ([name, value]) => [String(name), String(value)]);
    else this.#pairs = Object.entries(init ?? {}).map(([name, value]) => [name, String(value)]);
  }
  get size() {
    return this.#pairs.length;
  }
  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
    this.#changed();
  }
  delete(name) {
    this.#pairs = this.#pairs.filter(([key]) => key !== name);
    this.#changed();
  }
  get(name) {
    return this.#pairs.find(([key]) => key === name)?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter(([key]) => key === name).map(([, value]) => value);
  }
  has(name) {
    return this.#pairs.some(([key]) => key === name);
  }
  set(name, value) {
    const index = this.#pairs.findIndex(([key]) => key === name);
    if (index < 0) return this.append(name, value);
    this.#pairs = this.#pairs.filter(([key], place) => key !== name || place === index);
    this.#pairs[index] = [String(name), String(value)];
    this.#changed();
  }
  sort() {
    this.#pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    this.#changed();
  }
  forEach(run, self) {
    for (const [name, value] of this.#pairs) Reflect.apply(run, self, [value, name, this]);
  }
  *entries() {
    yield* this.#pairs;
  }
  *keys() {
    for (const [name] of this.#pairs) yield name;
  }
  *values() {
    for (const [, value] of this.#pairs) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    const encode = (text) => escape(text, /[^A-Za-z0-9*\-._ ]/).replaceAll(" ", "+");
    return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  }
}

function parseQuery(text) {
  const decode = (part) => {
    const bytes = unescapeBytes(part.replaceAll("+", " "));
    return natives.decode(bytes.buffer, 0, bytes.length, false);
  };
  return text
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const [name, ...value] = pair.split("=");
      return [decode(name), decode(value.join("="))];
    });
}

/** The bytes of a text with percent escapes. */
function unescapeBytes(text) {
  const bytes = new Uint8Array(natives.encode(text));
  const result = [];
  for (let index = 0; index < bytes.length; index++) {
    const pair = bytes[index] === 0x25 ? String.fromCharCode(bytes[index + 1], bytes[index + 2]) : "";
    const isEscape = /^[0-9a-f]{2}$/i.test(pair);
    result.push(isEscape ? Number.parseInt(pair, 16) : bytes[index]);
    if (isEscape) index += 2;
  }
  return Uint8Array.from(result);
}

/** Removes `.` and `..` from the path of a URL. */
function simplify(text) {
  const parts = [];
  const all = text.split("/").slice(1);
  for (const [index, part] of all.entries()) {
    const plain = part.replaceAll(/%2e/gi, ".");
    const isLast = index === all.length - 1;
    if (plain === "..") parts.pop();
    else if (plain !== ".") parts.push(part);
    if (isLast && (plain === ".." || plain === ".")) parts.push("");
  }
  return `/${parts.join("/")}`;
}

/** The parts of an address without its scheme: `//user:password@host:port/path`. */
function parseAuthority(rest, protocol, parts, input) {
  const [, authority, after] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const [, user = "", password = "", host, port = ""] =
    /^(?:([^:@]*)(?::([^@]*))?@)?(\[[0-9a-f:.]+\]|[^:]*)(?::(\d*))?$/i.exec(authority) ?? [];
  const isSpecial = Object.hasOwn(PORTS, protocol);
  if (host === undefined || (host === "" && isSpecial && protocol !== "file:") || /[\s#%/<>?@\\^|]/.test(host) || Number(port) > 65_535)
    throw invalid(input);
  const usual = isSpecial && port === PORTS[protocol];
  Object.assign(parts, {
    username: escape(user, IN_USER),
    password: escape(password, IN_USER),
    hostname: protocol === "file:" && host === "localhost" ? "" : host.toLowerCase(),
    port: usual || port === "" ? "" : String(Number(port)),
  });
  return after;
}

function parse(input, base) {
  const text = input.replaceAll(/[\t\n\r]/g, "").replaceAll(/^[\u0000- ]+|[\u0000- ]+$/g, "");
  const [, scheme, afterScheme] = /^([a-z][a-z0-9+.-]*:)(.*)$/is.exec(text) ?? [];
  const protocol = scheme?.toLowerCase() ?? base?.protocol;
  if (protocol === undefined) throw invalid(input);
  const isSpecial = Object.hasOwn(PORTS, protocol);
  const isRelative = scheme === undefined;
  if (isRelative && base.isOpaque && !text.startsWith("#")) throw invalid(input, base.href);
  const rest = isRelative ? text : afterScheme;
  const parts = isRelative
    ? { ...base, protocol }
    : { protocol, username: "", password: "", hostname: "", port: "", isOpaque: false, hasHost: isSpecial };
  const [, address, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest);
  let place = isSpecial ? address.replaceAll("\\", "/") : address;
  parts.hash = fragment === undefined || fragment === "#" ? "" : `#${escape(fragment.slice(1), IN_FRAGMENT)}`;
  const ownQuery = query === undefined || query === "?" ? "" : `?${escape(query.slice(1), IN_QUERY)}`;
  if (isRelative && place === "") return { ...parts, pathname: base.pathname, search: query === undefined ? base.search : ownQuery };
  parts.search = ownQuery;
  if (isSpecial && !isRelative && protocol !== "file:") place = place.replace(/^\/*/, "//");
  if (place.startsWith("//")) {
    place = parseAuthority(place, protocol, parts, input);
    parts.hasHost = true;
  } else if (isRelative && !place.startsWith("/")) {
    place = base.pathname.replace(/[^/]*$/, "") + place;
  } else if (!isSpecial && !isRelative && !place.startsWith("/")) {
    return { ...parts, isOpaque: true, pathname: escape(place, /[\u0000-\u001f]/) };
  }
  return { ...parts, pathname: simplify(escape(place.startsWith("/") ? place : `/${place}`, IN_PATH)) };
}

class URL {
  #parts;
  #params;
  constructor(input, base) {
    this.#parts = parse(String(input), base === undefined ? undefined : URL.#partsOf(base));
    this.#read();
  }
  static #partsOf(base) {
    const url = base instanceof URL ? base : new URL(base);
    return { ...url.#parts, href: url.href };
  }
  /** Makes the parameters that write their changes back. */
  #read() {
    this.#params = new URLSearchParams(this.#parts.search, () => {
      const text = this.#params.toString();
      this.#parts.search = text === "" ? "" : `?${text}`;
    });
  }
  static canParse(input, base) {
    try {
      return Boolean(new URL(input, base));
    } catch {
      return false;
    }
  }
  static parse(input, base) {
    return URL.canParse(input, base) ? new URL(input, base) : null;
  }
  get href() {
    const { protocol, username, password, pathname, search, hash, hasHost, hostname } = this.#parts;
    const user = username === "" && password === "" ? "" : `${username}${password === "" ? "" : `:${password}`}@`;
    return `${protocol}${hasHost || hostname !== "" ? `//${user}${this.host}` : ""}${pathname}${search}${hash}`;
  }
  set href(text) {
    this.#parts = parse(String(text));
    this.#read();
  }
  get origin() {
    return Object.hasOwn(PORTS, this.protocol) && this.protocol !== "file:" ? `${this.protocol}//${this.host}` : "null";
  }
  get host() {
    return this.#parts.port === "" ? this.#parts.hostname : `${this.#parts.hostname}:${this.#parts.port}`;
  }
  get protocol() {
    return this.#parts.protocol;
  }
  get username() {
    return this.#parts.username;
  }
  get password() {
    return this.#parts.password;
  }
  get hostname() {
    return this.#parts.hostname;
  }
  get port() {
    return this.#parts.port;
  }
  get searchParams() {
    return this.#params;
  }
  get search() {
    return this.#parts.search;
  }
  set search(text) {
    const query = String(text).replace(/^\?/, "");
    this.#parts.search = query === "" ? "" : `?${escape(query, IN_QUERY)}`;
    this.#read();
  }
  get pathname() {
    return this.#parts.pathname;
  }
  set pathname(text) {
    this.#parts.pathname = simplify(escape(`/${String(text).replace(/^\//, "")}`, IN_PATH));
  }
  get hash() {
    return this.#parts.hash;
  }
  set hash(text) {
    const fragment = String(text).replace(/^#/, "");
    this.#parts.hash = fragment === "" ? "" : `#${escape(fragment, IN_FRAGMENT)}`;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  [Symbol.for("nodejs.util.inspect.custom")]() {
    return `URL { href: '${this.href}' }`;
  }
}
/** The path of a file: URL. */
exports.fileURLToPath = (url) => {
  const { protocol, pathname, hostname } = typeof url === "string" ? new URL(url) : url;
  if (protocol !== "file:") throw Object.assign(new TypeError("The URL must be of scheme file"), { code: "ERR_INVALID_URL_SCHEME" });
  if (hostname !== "")
    throw Object.assign(new TypeError('File URL host must be "localhost" or empty on linux'), { code: "ERR_INVALID_FILE_URL_HOST" });
  if (/%2f/i.test(pathname))
    throw Object.assign(new TypeError("File URL path must not include encoded / characters"), { code: "ERR_INVALID_FILE_URL_PATH" });
  const bytes = unescapeBytes(pathname);
  return natives.decode(bytes.buffer, 0, bytes.length, false);
};

/** The file: URL of a path. */
exports.pathToFileURL = (file) => {
  const resolved = path.resolve(file) + (file.endsWith("/") && file !== "/" ? "/" : "");
  return new URL(`file://${escape(resolved, /[\u0000- "#%<>?\\^`{|}\u007f]/)}`);
};
exports.URL = URL;
exports.URLSearchParams = URLSearchParams;
