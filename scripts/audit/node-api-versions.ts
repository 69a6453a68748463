// The Node lines that have each version of Node-API. Source: https://nodejs.org/api/n-api.html#node-api-version-matrix

/** Per version: the lowest Node of each line that has it, oldest line first; every later line has it too. */
const LOWEST: Record<number, string[]> = {
  1: ["8.6"],
  2: ["8.10", "9.3"],
  3: ["8.11", "9.11"],
  4: ["8.16", "10.16", "11.8"],
  5: ["10.17", "12.11"],
  6: ["10.20", "12.17"],
  7: ["10.23", "12.19", "14.12"],
  8: ["12.22", "14.17", "15.12"],
  9: ["18.17", "20.3"],
  10: ["22.14", "23.6"],
};

/** The lowest Node that has a version of Node-API; undefined for an unknown version. */
export function lowestNode(version: number): string | undefined {
  return LOWEST[version]?.[0];
}

/** The lowest Node of each line that has a version of Node-API, for sentences: `18.17 or 20.3`. */
export function lowestNodes(version: number): string | undefined {
  return LOWEST[version]?.join(" or ");
}

/** Whether the newest release of a Node line has a version of Node-API. */
export function lineHas(line: string, version: number): boolean {
  const first = LOWEST[version]?.[0];
  return first !== undefined && Number(line) >= Number(first.split(".")[0]);
}
