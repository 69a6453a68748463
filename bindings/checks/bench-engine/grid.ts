/** What the benchmark uses of @boardkit/grid, which is built when it runs and not when it is compiled. */
export type Grid = { Engine: (new (options: object) => GridEngine) & { open(name: string, options?: object): GridEngine } };

type GridEngine = {
  loadPolicy(name: string, source: string): void;
  setData(data: object): void;
  evaluate(query: string, input: unknown): unknown;
  evaluateJson(query: string, input: string): string | undefined;
  prepare(query: string): { evaluateJson(input: string): string | undefined };
};
