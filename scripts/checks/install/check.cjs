// Runs in a project that has installed @boardkit/grid: evaluates a policy, by require and by import.
// Prints {"ok": true, ...}, or {"ok": false, ...} with the loader's error.
const { Engine } = require("@boardkit/grid");

async function check() {
  const engine = new Engine();
  engine.loadPolicy("authz.rego", 'package authz\nallow if input.user == "ann"');
  const answers = ["ann", "bob"].map((user) => engine.evaluate("data.authz.allow", { user }));
  const imported = await import("@boardkit/grid");
  const ok = answers[0] === true && answers[1] === undefined && imported.Engine === Engine;
  return { ok, text: `answers ${answers.map(String).join(" and ")} in Node ${process.versions.node}` };
}

check()
  .catch(({ code, message, cause }) => ({ ok: false, code, text: message, fix: cause && cause.fix }))
  .then((result) => console.log(JSON.stringify(result)));
