// The words of one function that run only after a test: words that its graph of blocks does not reach without the edges on which the
// feature is there. Where paths meet, their knowledge about registers is merged, so an answer counts only if all paths have it.
import type { Code } from "./text.ts";
import { KNOWN, newValues, presentEdge, SLOTS, step, type Values, type World } from "./values.ts";
import { FLOW, flowOf, isTailCall, targetOf } from "./words.ts";

type Graph = {
  low: number;
  /** Indexes of the first words of the blocks, ascending, and the end. */
  leaders: Uint32Array;
  /** The blocks after a block: the one that it falls through to, the one that it jumps to; -1 for none. */
  next: Int32Array;
  jump: Int32Array;
  /** Blocks that other functions enter. */
  roots: number[];
};

/** Marks the guarded words of the function from `low` to `high` with 1 in `guarded`, which covers the complete piece of code. */
export function markGuarded(code: Code, low: number, high: number, entries: number[], world: World, guarded: Uint8Array): void {
  // A jump through a table may lead to any place of the function.
  for (let index = low; index < high; index += 1)
    if (flowOf(code.words[index] as number) === FLOW.jumpRegister && !isTailCall(code.words, low, index)) return;
  const graph = buildGraph(code.words, low, high, entries);
  const cut = presentEdges(code.words, graph, world);
  if (!cut.some((edge) => edge >= 0)) return;
  const [all, without] = [reachable(graph), reachable(graph, cut)];
  for (let block = 0; block < graph.next.length; block += 1)
    if (all[block] === 1 && without[block] === 0) guarded.fill(1, graph.leaders[block], graph.leaders[block + 1]);
}

function buildGraph(words: Int32Array, low: number, high: number, entries: number[]): Graph {
  const marks = new Uint8Array(high - low + 1);
  marks[0] = 1;
  for (const entry of entries) marks[entry - low] = 1;
  for (let index = low; index < high; index += 1) {
    const flow = flowOf(words[index] as number);
    if (flow === FLOW.next || flow === FLOW.call || flow === FLOW.callRegister) continue;
    marks[index + 1 - low] = 1;
    if (flow !== FLOW.jump && flow !== FLOW.condition) continue;
    const target = targetOf(words[index] as number, index);
    if (target >= low && target < high) marks[target - low] = 1;
  }
  marks[high - low] = 1;
  const blockOf = new Int32Array(high - low + 1).fill(-1);
  const leaders: number[] = [];
  for (let index = low; index <= high; index += 1) {
    if (marks[index - low] === 0) continue;
    blockOf[index - low] = index === high ? -1 : leaders.length;
    leaders.push(index);
  }
  const count = leaders.length - 1;
  const graph: Graph = {
    low,
    leaders: Uint32Array.from(leaders),
    next: new Int32Array(count).fill(-1),
    jump: new Int32Array(count).fill(-1),
    roots: [low, ...entries].map((entry) => blockOf[entry - low] as number),
  };
  for (let block = 0; block < count; block += 1) link(words, graph, block, blockOf, high);
  return graph;
}

function link(words: Int32Array, graph: Graph, block: number, blockOf: Int32Array, high: number): void {
  const end = graph.leaders[block + 1] as number;
  const word = words[end - 1] as number;
  const flow = flowOf(word);
  if (flow === FLOW.jump || flow === FLOW.condition) {
    const target = targetOf(word, end - 1);
    if (target >= graph.low && target < high) graph.jump[block] = blockOf[target - graph.low] as number;
  }
  if (flow !== FLOW.jump && flow !== FLOW.jumpRegister && flow !== FLOW.end) graph.next[block] = blockOf[end - graph.low] as number;
}

/** Per block, the edge on which a feature is there: 1 its jump, 0 the fall through, -1 none. */
function presentEdges(words: Int32Array, graph: Graph, world: World): Int8Array {
  const edges = new Int8Array(graph.next.length).fill(-1);
  visitBlocks(words, graph, world, (values, index, block) => {
    if (index + 1 !== graph.leaders[block + 1]) return;
    const last = words[index] as number;
    edges[block] = flowOf(last) === FLOW.condition && graph.jump[block] !== graph.next[block] ? presentEdge(values, last) : -1;
  });
  return edges;
}

/** Calls back with the words of a function, and the values before each. A word comes again when less is known about the values. */
export function visitWords(
  code: Code,
  low: number,
  high: number,
  entries: number[],
  world: World,
  visit: (values: Values, index: number) => void,
): void {
  visitBlocks(code.words, buildGraph(code.words, low, high, entries), world, visit);
}

function visitBlocks(words: Int32Array, graph: Graph, world: World, visit: (values: Values, index: number, block: number) => void): void {
  const count = graph.next.length;
  const known = new Uint8Array(count * SLOTS);
  const numbers = new Float64Array(count * SLOTS);
  const seen = new Uint8Array(count);
  const work = [...graph.roots];
  // Nothing is known at the entries of the function.
  for (const root of graph.roots) seen[root] = 1;
  const values = newValues();
  while (work.length > 0) {
    const block = work.pop() as number;
    values.known.set(known.subarray(block * SLOTS, (block + 1) * SLOTS));
    values.numbers.set(numbers.subarray(block * SLOTS, (block + 1) * SLOTS));
    for (let index = graph.leaders[block] as number; index < (graph.leaders[block + 1] as number); index += 1) {
      visit(values, index, block);
      step(values, words[index] as number, index, world);
    }
    for (const after of [graph.next[block] as number, graph.jump[block] as number])
      if (after >= 0 && meet(values, known, numbers, after, seen)) work.push(after);
  }
}

/** Merges the knowledge of a path into that of a block; returns whether the block must be read again. */
function meet(values: Values, known: Uint8Array, numbers: Float64Array, block: number, seen: Uint8Array): boolean {
  const start = block * SLOTS;
  if (seen[block] === 0) {
    seen[block] = 1;
    known.set(values.known, start);
    numbers.set(values.numbers, start);
    return true;
  }
  let changed = false;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const at = start + slot;
    const same = known[at] === values.known[slot] && (known[at] !== KNOWN.address || numbers[at] === values.numbers[slot]);
    if (known[at] === KNOWN.nothing || same) continue;
    known[at] = KNOWN.nothing;
    changed = true;
  }
  return changed;
}

function reachable(graph: Graph, cut?: Int8Array): Uint8Array {
  const reached = new Uint8Array(graph.next.length);
  const work = [...graph.roots];
  for (const root of graph.roots) reached[root] = 1;
  while (work.length > 0) {
    const block = work.pop() as number;
    const edges = [cut?.[block] === 0 ? -1 : (graph.next[block] as number), cut?.[block] === 1 ? -1 : (graph.jump[block] as number)];
    for (const after of edges) {
      if (after < 0 || reached[after] === 1) continue;
      reached[after] = 1;
      work.push(after);
    }
  }
  return reached;
}
