/** The part of @boardkit/grid that the benchmark uses: the package may not be built when the benchmark is compiled. */
export type Grid = { Engine: (new (options: object) => GridEngine) & { open(name: string, options?: object): GridEngine } };

type GridEngine = {
  loadPolicy(name: string, source: string): void;
  setData(data: object): void;
  evaluate(query: string, input: unknown): unknown;
  evaluateJson(query: string, input: string): string | undefined;
  prepare(query: string): { evaluateJson(input: string): string | undefined };
};
