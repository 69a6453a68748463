// Passes errors from one thread to another: a structured clone loses the class of an error and its fields.
import { BoardkitError, type ErrorDetails } from "./errors.ts";

type System = Pick<NodeJS.ErrnoException, "code" | "errno" | "path" | "syscall">;
export type SentError = { name: string; message: string; stack?: string; details?: Omit<ErrorDetails, "cause">; system?: System };

/** An error as plain data, without its cause. */
export function packError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  if (error instanceof BoardkitError) {
    const { cause: _cause, ...details } = error.details;
    return { name, message, stack, details };
  }
  const { code, errno, path, syscall } = error as NodeJS.ErrnoException;
  return { name, message, stack, system: { code, errno, path, syscall } };
}

/** The error that `packError` packed. */
export function unpackError({ name, message, stack, details, system }: SentError): Error {
  if (details) return new BoardkitError(message, details);
  return Object.assign(new Error(message), { name, stack, ...system });
}
