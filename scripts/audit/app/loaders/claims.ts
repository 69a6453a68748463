// What the path of a native file claims about the systems that it is for. Loaders choose by these names, without a look at the file:
// node-gyp-build and pkg-prebuilds (prebuilds/linux-arm64/x.armv8.glibc.node), napi-rs (x.linux-arm64-gnu.node), node-pre-gyp
// (node-v115-linux-arm64), and hand-written ones (bin/napi-v3/linux/arm64).

export type Claims = {
  os: Set<string>;
  cpu: Set<string>;
  libc: Set<string>;
  /** Version of 32-bit ARM, or 8 for arm64: `armv7` is 7. */
  armv?: string;
  /** NODE_MODULE_VERSION. */
  abi?: string;
  /** Another host than Node: electron or node-webkit. */
  runtime?: string;
  isNodeApi: boolean;
  /** The words of the path that claim nothing; they tell addons of one package apart. */
  rest: string[];
};

const OS: Record<string, string> = {
  linux: "linux",
  linuxmusl: "linux",
  linuxglibc: "linux",
  android: "android",
  darwin: "darwin",
  macos: "darwin",
  osx: "darwin",
  ios: "ios",
  win32: "win32",
  win64: "win32",
  windows: "win32",
  freebsd: "freebsd",
  openbsd: "openbsd",
  netbsd: "netbsd",
  sunos: "sunos",
  aix: "aix",
  openharmony: "openharmony",
  wasi: "wasi",
};
const CPU: Record<string, string> = {
  x64: "x64",
  amd64: "x64",
  ia32: "ia32",
  x86: "ia32",
  i386: "ia32",
  i686: "ia32",
  arm64: "arm64",
  aarch64: "arm64",
  arm: "arm",
  armhf: "arm",
  armv6l: "arm",
  armv7l: "arm",
  riscv64: "riscv64",
  riscv64gc: "riscv64",
  loong64: "loong64",
  loongarch64: "loong64",
  ppc64: "ppc64",
  ppc64le: "ppc64",
  powerpc64le: "ppc64",
  s390x: "s390x",
  mips: "mips",
  mipsel: "mipsel",
  mips64el: "mips64el",
  wasm32: "wasm32",
};
const LIBC: Record<string, string> = {
  gnu: "glibc",
  glibc: "glibc",
  gnueabihf: "glibc",
  musl: "musl",
  musleabihf: "musl",
  linuxmusl: "musl",
  linuxglibc: "glibc",
  alpine: "musl",
};
/** Words that only say where builds are. */
const PLACES = new Set([
  "prebuilds",
  "prebuild",
  "build",
  "release",
  "debug",
  "lib",
  "binding",
  "bindings",
  "bin",
  "dist",
  "native",
  "node",
  "unknown",
  "eabi",
  "msvc",
]);

/** Reads the claims of a path, or of the name of a package. */
export function readClaims(path: string): Claims {
  const claims: Claims = { os: new Set(), cpu: new Set(), libc: new Set(), isNodeApi: false, rest: [] };
  const words = path
    .toLowerCase()
    .replace(/\.node$/, "")
    .replaceAll(/x86[-_]64/g, "x64")
    // turbo and workerd call x64 64: linux-64.
    .replaceAll(/(?<=(linux|windows|darwin)[-_])64\b/g, "x64")
    .replaceAll("node-webkit", "nodewebkit")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  for (const [index, word] of words.entries()) if (!readWord(claims, word, words[index - 1])) claims.rest.push(word);
  return claims;
}

function readWord(claims: Claims, word: string, before: string | undefined): boolean {
  const [os, cpu, libc] = [OS[word], CPU[word], LIBC[word]];
  if (os) claims.os.add(os);
  if (cpu) claims.cpu.add(cpu);
  if (libc) claims.libc.add(libc);
  const armv = /^armv(\d)l?$/.exec(word)?.[1];
  if (armv !== undefined) {
    claims.armv = armv;
    // With arm64 it is a tag of node-gyp-build: armv8.
    if (armv !== "8") claims.cpu.add("arm");
  }
  const abi = /^abi(\d+)$/.exec(word)?.[1] ?? (before === "node" ? /^v(\d{2,})$/.exec(word)?.[1] : undefined);
  if (abi !== undefined) claims.abi = abi;
  if (word === "electron" || word === "nodewebkit") claims.runtime = word;
  const isNodeApi = word === "napi" || (before === "napi" && /^v\d+$/.test(word));
  if (isNodeApi) claims.isNodeApi = true;
  return (
    os !== undefined || cpu !== undefined || libc !== undefined || armv !== undefined || abi !== undefined || isNodeApi || PLACES.has(word)
  );
}
