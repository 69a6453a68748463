import type { JsonValue } from "./json.ts";

/** The calls of an engine that a prepared query makes. */
interface Evaluator {
  readonly revision: number;
  evaluate<T>(query: string, input: unknown): T | undefined;
  evaluateJson(query: string, inputText?: string): string | undefined;
  evaluateAsync<T>(query: string, input: unknown, options: { signal?: AbortSignal }): Promise<T | undefined>;
  test(query: string, input: unknown, options: { undefined?: boolean }): boolean;
}

/** One rule or query of an engine, made by {@link Engine.prepare}. Its methods are those of the engine without the query. */
export class PreparedQuery {
  readonly #engine: Evaluator;
  /** The text of the rule or query. */
  readonly query: string;

  /** @internal */
  constructor(engine: Evaluator, query: string) {
    this.#engine = engine;
    this.query = query;
  }

  /** See {@link Engine.evaluate}. */
  evaluate<T = JsonValue>(input?: unknown): T | undefined {
    return this.#engine.evaluate<T>(this.query, input);
  }

  /** See {@link Engine.evaluateJson}. */
  evaluateJson(inputText?: string): string | undefined {
    return this.#engine.evaluateJson(this.query, inputText);
  }

  /** See {@link Engine.evaluateAsync}. */
  evaluateAsync<T = JsonValue>(input?: unknown, options: { signal?: AbortSignal } = {}): Promise<T | undefined> {
    return this.#engine.evaluateAsync<T>(this.query, input, options);
  }

  /** Evaluates many inputs, in their order; the first that fails throws. */
  evaluateMany<T = JsonValue>(inputs: Iterable<unknown>): (T | undefined)[] {
    // Throws if the engine is closed, even without inputs.
    void this.#engine.revision;
    return Array.from(inputs, (input) => this.evaluate<T>(input));
  }

  /** See {@link Engine.test}. */
  test(input?: unknown, options: { undefined?: boolean } = {}): boolean {
    return this.#engine.test(this.query, input, options);
  }
}
