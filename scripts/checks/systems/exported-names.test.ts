import { expect, test } from "vitest";
import { tabulate } from "./exported-names.ts";

test("names of libraries stay, and Node's are families if there are many", () => {
  const ssl = Array.from({ length: 8 }, (_, index) => `SSL_f${index}`);
  const libc = Array.from({ length: 9 }, (_, index) => `pthread_f${index}`);
  expect(
    tabulate([
      { isNode: true, names: [...ssl, "inflate", "adler32_z", "_ZN4node5StartEv"] },
      { isNode: false, names: [...libc, "dlsym", "_ZSt9terminatev"] },
    ]),
  ).toEqual({ families: ["SSL_"], names: ["adler32_z", "dlsym", "inflate", ...libc] });
});
