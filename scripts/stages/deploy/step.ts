// A step of a deploy in the list of progress.
import { BoardkitError } from "../../lib/errors.ts";
import { whileRunning, type Reporter, type Running } from "../../lib/reporter.ts";

/** A step with a line when it has ended. */
export async function step<T>(
  reporter: Reporter,
  name: string,
  host: string,
  work: (update: Running["update"]) => Promise<{ result: T; note?: string }>,
): Promise<T> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const { result, note } = await whileRunning(reporter, [name, host], ({ update }) => work(update));
    reporter.done(name, host, seconds(), note);
    return result;
  } catch (error) {
    if (error instanceof BoardkitError) reporter.failed(name, host, seconds(), error.message);
    throw error;
  }
}
