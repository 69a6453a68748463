// The call graph: edges are calls, jumps, taken addresses, and code that falls through into the next function.
import { EVENT } from "./events.ts";
import { lastAtMost } from "./map.ts";
import type { Scan } from "./scan.ts";

export type Calls = {
  /** Sorted addresses; a function is an index here. */
  starts: number[];
  /** The function of each event, and the function of its target: -1 for none. */
  functions: Int32Array;
  targets: Int32Array;
  /** 1 for a function with an edge to it. */
  isReferred: Uint8Array;
  edges: Edges;
};

/** The edges of a function are those from `first[function]` to before `first[function + 1]`. */
type Edges = { first: Int32Array; to: Int32Array; sites: Float64Array; kinds: Uint8Array };

/** An edge through a table: the place takes the address of the table, and the table holds the function. */
export type Use = { site: number; target: number };

/** Builds the edges from the events of a scan. */
export function createCalls({ map, events }: Scan, uses: Use[]): Calls {
  const starts = map.starts();
  const functions = new Int32Array(events.length);
  const targets = new Int32Array(events.length).fill(-1);
  events.forEach((index, kind, target) => {
    functions[index] = functionOf(starts, events.site(index));
    if (kind <= EVENT.take) targets[index] = functionOf(starts, target);
  });
  const isReferred = new Uint8Array(starts.length);
  const walk = (visit: (from: number, to: number, site: number, kind: number) => void) => {
    const visitOther = (from: number, to: number, site: number, kind: number) => {
      if (from >= 0 && to >= 0 && from !== to) visit(from, to, site, kind);
    };
    events.forEach((index, kind) => visitOther(functions[index] as number, targets[index] as number, events.site(index), kind));
    for (const { site, target } of uses) visitOther(functionOf(starts, site), functionOf(starts, target), site, EVENT.take);
    starts.forEach((start, index) => {
      if (index > 0 && map.isFallenInto(start)) visitOther(index - 1, index, start, EVENT.jump);
    });
  };
  return { starts, functions, targets, isReferred, edges: collect(starts.length, walk, isReferred) };
}

type Walk = (visit: (from: number, to: number, site: number, kind: number) => void) => void;

function collect(count: number, walk: Walk, isReferred: Uint8Array): Edges {
  const first = new Int32Array(count + 2);
  walk((from, to) => {
    first[from + 2] = (first[from + 2] as number) + 1;
    isReferred[to] = 1;
  });
  for (let index = 2; index < first.length; index += 1) first[index] = (first[index] as number) + (first[index - 1] as number);
  const size = first[count + 1] as number;
  const edges = { first, to: new Int32Array(size), sites: new Float64Array(size), kinds: new Uint8Array(size) };
  // In this loop first[from + 1] is the index for the next edge; after it, the index of the first edge of the next function.
  walk((from, to, site, kind) => {
    const at = first[from + 1] as number;
    first[from + 1] = at + 1;
    edges.to[at] = to;
    edges.sites[at] = site;
    edges.kinds[at] = kind;
  });
  return edges;
}

/** The function that contains an address. */
export function functionOf(starts: number[], address: number): number {
  return lastAtMost(starts.length, (index) => starts[index] as number, address);
}

/** Marks a function and all functions that it reaches over edges that `mayPass` allows. */
export function spread(
  { edges }: Calls,
  start: number,
  marks: Uint8Array,
  mayPass: (from: number, site: number, kind: number, to: number) => boolean,
): void {
  if (marks[start] === 1) return;
  const work = [start];
  marks[start] = 1;
  for (let from = work.pop(); from !== undefined; from = work.pop())
    for (let edge = edges.first[from] as number; edge < (edges.first[from + 1] as number); edge += 1) {
      const to = edges.to[edge] as number;
      if (marks[to] === 1 || !mayPass(from, edges.sites[edge] as number, edges.kinds[edge] as number, to)) continue;
      marks[to] = 1;
      work.push(to);
    }
}
