// What Node's tests of Node-API use of `test/common/gc`.
"use strict";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Collects garbage until a condition holds, ten times at most. */
async function gcUntil(name, condition, most = 10) {
  const holds = typeof name === "function" ? name : condition;
  for (let count = 0; count < most; count++) {
    await turn();
    globalThis.gc();
    if (holds()) return;
  }
  throw new Error(`${typeof name === "string" ? name : "a condition"} does not hold after ${most} collections`);
}

/** Calls a listener when an object is collected. */
function onGC(object, { ongc }) {
  const registry = new FinalizationRegistry(() => ongc());
  registry.register(object, undefined);
  // The registry must live as long as the object.
  process.on("exit", () => registry);
}

module.exports = { gcUntil, onGC };
