// Divides a repository into units: files that its own CI or README loads together, and their data.
import { dirname } from "node:path";

/** A unit; files are paths in the repository. */
export type Unit = {
  repository: string;
  id: string;
  files: string[];
  /** Folders or files of data in the repository, read as by `opa test`, or with `bundleData` as in a bundle. */
  data?: string[];
  bundleData?: boolean;
};

type Draft = Omit<Unit, "repository">;
type Divide = (files: string[]) => Draft[];

const under =
  (...roots: string[]) =>
  (file: string) =>
    roots.some((root) => file.startsWith(root));

const one = (files: string[], more: Partial<Draft> = {}): Draft[] => [{ id: "all", files, ...more }];

/** One unit per folder at depth `levels`; files above that depth are units of their own folder. */
export function byFolder(files: string[], levels: number): Draft[] {
  const folderOf = (file: string) => {
    const parts = file.split("/");
    return parts.length > levels ? parts.slice(0, levels).join("/") : dirname(file);
  };
  return [...Map.groupBy(files, folderOf)].map(([id, list]) => ({ id, files: list }));
}

/** Adds a library to each unit. */
function withLibrary(library: string[], drafts: Draft[]): Draft[] {
  return drafts.map((draft) => ({ ...draft, files: [...library, ...draft.files] }));
}

/** One unit per policy and its test beside it. */
function inPairs(files: string[]): Draft[] {
  return [...Map.groupBy(files, (file) => file.replace(/(_test)?\.rego$/, ""))].map(([id, list]) => ({ id, files: list }));
}

const KICS_LIBRARIES: Record<string, string> = {
  terraform: "terraform",
  k8s: "k8s",
  cloudFormation: "cloudformation",
  ansible: "ansible",
  dockerfile: "dockerfile",
  openAPI: "openapi",
  azureResourceManager: "azureresourcemanager",
};

/** A query of KICS and the libraries of its platform. */
function kics(files: string[]): Draft[] {
  const libraries = files.filter(under("assets/libraries/"));
  return files.filter(under("assets/queries/")).map((file) => {
    const platform = KICS_LIBRARIES[file.split("/")[2] ?? ""];
    const own = libraries.filter((name) => name.endsWith("/common.rego") || (platform && name.toLowerCase().endsWith(`/${platform}.rego`)));
    return { id: file, files: [...own, file] };
  });
}

function trivyChecks(files: string[]): Draft[] {
  const library = files.filter(under("lib/"));
  const drafts = [
    ...byFolder(files.filter(under("checks/cloud/")), 4),
    ...byFolder(files.filter(under("checks/kubernetes", "checks/docker")), 2),
    ...byFolder(files.filter(under("examples/")), 2),
  ];
  const shared = library.filter((file) => !file.endsWith("_test.rego"));
  return [{ id: "lib", files: library }, ...withLibrary(shared, drafts)];
}

function redhat(files: string[]): Draft[] {
  const others = files.filter((file) => !file.startsWith("policy/lib"));
  return withLibrary(files.filter(under("policy/lib")), byFolder(others, 4));
}

const conforma: Divide = (files) => one(files.filter(under("policy/", "checks/")), { data: ["example/data/rule_data.yml"] });

/** Known repositories; `divideUnknown` divides the others. */
const KNOWN: Record<string, Divide> = {
  "open-policy-agent+gatekeeper-library": (files) => byFolder(files.filter(under("src/")), 3),
  "open-policy-agent+library": (files) => byFolder(files, 1),
  "aquasecurity+trivy-checks": trivyChecks,
  "fugue+regula": (files) => one(files.filter(under("rego/lib", "rego/rules", "rego/tests", "rego/examples"))),
  "redhat-cop+rego-policies": redhat,
  "kubescape+regolibrary": (files) =>
    byFolder(
      files.filter((file) => file.startsWith("rules/") && file.endsWith("raw.rego")),
      2,
    ),
  "elastic+cloudbeat": (files) =>
    one(files.filter(under("security-policies/bundle/")), { data: ["security-policies/bundle"], bundleData: true }),
  "open-policy-agent+regal": (files) => one(files.filter(under("bundle/")), { data: ["bundle"], bundleData: true }),
  "fugue+fregot": (files) => files.filter(under("tests/rego")).map((file) => ({ id: file, files: [file] })),
  "opa+docs": (files) => byFolder(files, 99),
  "checkmarx+kics": kics,
  "kubewarden+rego-policies-library": (files) => byFolder(files.filter(under("policies/")), 2),
  "EmbarkStudios+opa-policies": (files) => one(files.filter(under("policy/"))),
  "GoogleCloudPlatform+policy-library": (files) => one(files.filter(under("lib/", "validator/"))),
  "cisagov+ScubaGear": (files) => one(files.filter(under("PowerShell/ScubaGear/"))),
  "cisagov+ScubaGoggles": (files) => one(files.filter(under("scubagoggles/"))),
  "conforma+policy": conforma,
  "enterprise-contract+ec-policies": conforma,
  "libre-devops+terraform-rego-policies": (files) => one(files.filter(under("policies/"))),
  "raspbernetes+k8s-security-policies": (files) =>
    withLibrary(
      files.filter(under("policies/lib/")),
      byFolder(
        files.filter((file) => !file.startsWith("policies/lib/")),
        2,
      ),
    ),
  "spacelift-io+spacelift-policies-example-library": inPairs,
  "tarcinapp+entity-persistence-gateway-policies": (files) => one(files.filter(under("policies/"))),
  "plexsystems+konstraint": (files) => one(files.filter(under("examples/")), { data: ["examples/test-data"] }),
  "snyk+policy-engine": (files) => one(files.filter(under("rego/", "examples/"))),
};

/** The units of a known repository; undefined for other repositories. */
export function divideKnown(repository: string, files: string[]): Unit[] | undefined {
  return KNOWN[repository]?.(files).map((draft) => ({ ...draft, repository }));
}

/** The largest share of a unit's files that OPA may reject. */
const MOST_REJECTED = 0.05;

/**
 * Divides an unknown repository: all files are one unit if OPA accepts nearly all of them together, else each folder is divided in the
 * same way. `rejected` returns the number of files that OPA rejects when they are loaded together.
 */
export async function divideUnknown(
  repository: string,
  files: string[],
  rejected: (files: string[]) => Promise<number>,
  level = 0,
): Promise<Unit[]> {
  const folders = [...Map.groupBy(files, (file) => folderAt(file, level))];
  if (folders.length === 1 && folders[0]?.[0] !== "") return divideUnknown(repository, files, rejected, level + 1);
  const isOneUnit = folders.length <= 1 || (await rejected(files)) <= files.length * MOST_REJECTED;
  if (isOneUnit) return [{ repository, id: commonFolder(files), files }];
  const units: Unit[] = [];
  for (const [, list] of folders) units.push(...(await divideUnknown(repository, list, rejected, level + 1)));
  return units;
}

function folderAt(file: string, level: number): string {
  const parts = file.split("/");
  return parts.length - 1 > level ? (parts[level] as string) : "";
}

function commonFolder(files: string[]): string {
  let parts = dirname(files[0] ?? "").split("/");
  for (const file of files) while (parts.length > 0 && !`${file}/`.startsWith(`${parts.join("/")}/`)) parts = parts.slice(0, -1);
  const folder = parts.join("/");
  return folder === "" || folder === "." ? "all" : folder;
}
