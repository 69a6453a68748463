// Checks the checksums of the files that are there, and the SBOM. Writes a bundle without a signature.
const { createHash } = require("node:crypto");
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const checksums = process.env["INPUT_SUBJECT-CHECKSUMS"];
const sbom = process.env["INPUT_SBOM-PATH"];
const lines = readFileSync(checksums, "utf8").trim().split("\n");
// The files of the release are in a folder beside the list; the addons in it are inside of packages.
const folders = [dirname(checksums), join(dirname(checksums), "release")];
let checked = 0;
const wrong = lines.filter((line) => {
  const [, sha256, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
  if (file === undefined) return true;
  const path = folders.map((folder) => join(folder, file)).find((one) => existsSync(one));
  if (path === undefined) return !file.endsWith(".node");
  checked += 1;
  return createHash("sha256").update(readFileSync(path)).digest("hex") !== sha256;
});
if (wrong.length > 0) throw new Error(`${checksums} does not have the checksums of its files:\n${wrong.join("\n")}`);
if (checked === 0) throw new Error(`none of the files of ${checksums} is there`);
if (sbom && JSON.parse(readFileSync(sbom, "utf8")).bomFormat !== "CycloneDX") throw new Error(`${sbom} is not a CycloneDX document`);
const bundle = join(process.env.RUNNER_TEMP, `unsigned-${sbom ? "sbom" : "provenance"}.json`);
writeFileSync(bundle, JSON.stringify({ unsigned: true }));
appendFileSync(process.env.GITHUB_OUTPUT, `bundle-path=${bundle}\n`);
console.log(
  `stand-in for actions/attest: ${checked} of ${lines.length} files have their checksums${sbom ? ", and an SBOM" : ""}; nothing is signed`,
);
