// Workflows as act can run them: each change is named, so that the output of a run says what it did not show.
import { isMap, isSeq, parseDocument, type Document, type YAMLMap } from "yaml";

/** A repository at a commit: where a workflow file comes from. */
export type Origin = { repository: string; commit: string };

export type Prepared = {
  text: string;
  /** What is replaced, each text once. */
  standIns: string[];
  /** The actions and workflows that it uses: `owner/name/path@commit`. */
  uses: string[];
};

const SELF = "$/";

/** The workflow or action with its own repository by name, as GitHub's runner resolves it: act 0.2.87 rejects `$/`. */
export function resolveSelf(uses: string, { repository, commit }: Origin): string {
  return uses.startsWith(SELF) ? `${repository}/${uses.slice(SELF.length)}@${commit}` : uses;
}

/** Prepares the text of a workflow or of an action; `targets` reduces the matrix of a job that calls addon.yml. */
export function prepare(text: string, origin: Origin, targets: string[]): Prepared {
  const document = parseDocument(text);
  const standIns = new Set<string>();
  const uses = new Set<string>();
  const resolve = (node: YAMLMap) => {
    const value = node.get("uses");
    if (typeof value !== "string") return;
    const resolved = resolveSelf(value, origin);
    node.set("uses", resolved);
    uses.add(resolved);
    if (targets.length > 0 && /\/addon\.yml@/.test(resolved)) node.setIn(["with", "targets"], targets.join(" "));
  };
  for (const job of mapsOf(document, ["jobs"])) {
    resolve(job);
    addHome(job, document);
    const image = job.getIn(["container", "image"]);
    if (typeof image !== "string") continue;
    job.delete("container");
    standIns.add(`the container ${image.split("@")[0]}: this machine's files, in a copy that is thrown away`);
  }
  for (const step of stepsOf(document)) resolve(step);
  return { text: document.toString({ lineWidth: 0 }), standIns: [...standIns], uses: [...uses] };
}

/** A home of its own for a job, as each machine of GitHub has: act has one for all. */
function addHome(job: YAMLMap, document: Document): void {
  const steps = job.get("steps");
  if (!isSeq(steps)) return;
  job.setIn(["env", "HOME"], "${{ github.workspace }}/../home");
  steps.items.unshift(document.createNode({ name: "Make a home", run: 'mkdir -p "$HOME"' }));
}

/** The steps of all jobs of a workflow, or of a composite action. */
function stepsOf(document: Document): YAMLMap[] {
  const lists = [...mapsOf(document, ["jobs"]).map((job) => job.get("steps")), document.getIn(["runs", "steps"])];
  return lists.flatMap((list) => (isSeq(list) ? list.items.filter(isMap) : []));
}

function mapsOf(document: Document, path: string[]): YAMLMap[] {
  const node = document.getIn(path);
  return isMap(node) ? node.items.flatMap(({ value }) => (isMap(value) ? [value] : [])) : [];
}
