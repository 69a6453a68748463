import { nativeCall } from "../addon-errors.ts";
import type { HotEngineCalls, NativeEngine } from "../addon.ts";
import { ArgumentError } from "../errors.ts";
import { parseAnswer, type UnsafeIntegers } from "../json.ts";

/** One handle of an engine of the addon. */
export interface EngineHandle {
  /** The engine, unless the handle is closed. */
  native(): NativeEngine;
  /** Its direct calls, unless the handle is closed. */
  hot(): HotEngineCalls;
  /** The value of an answer. */
  parsed(text: string | undefined): unknown;
  close(): void;
}

/** A handle of an engine. */
export function engineHandle(native: NativeEngine, unsafeIntegers: UnsafeIntegers): EngineHandle {
  const hot = nativeCall(() => native.hotCalls());
  let isClosed = false;
  // The addon would fail too, but later, and not for a call that does not reach it.
  const checkOpen = (): void => {
    if (isClosed) throw new ArgumentError("the engine is closed; make or open another, or close it later");
  };
  return {
    native() {
      checkOpen();
      return native;
    },
    hot() {
      checkOpen();
      return hot;
    },
    parsed: (text) => (text === undefined ? undefined : parseAnswer(text, unsafeIntegers)),
    close() {
      isClosed = true;
      nativeCall(() => native.close());
    },
  };
}
