import { nativeCall } from "../addon-errors.ts";
import { bytesArgument, textArgument } from "../arguments.ts";
import { type BundleOptions, bundleOptionsText, type LoadedBundle } from "../bundle.ts";
import { ArgumentError } from "../errors.ts";
import { lacking } from "../features.ts";
import { jsonText, type JsonValue } from "../json.ts";
import type { EngineHandle } from "./handle.ts";

/** The policies, bundles and data of an engine. */
export class EngineContents {
  readonly #handle: EngineHandle;

  /** @internal */
  constructor(handle: EngineHandle) {
    this.#handle = handle;
  }

  /** How many changes of policies and data there were: tells one serving set from another. */
  get revision(): number {
    const native = this.#handle.native();
    return nativeCall(() => native.revision);
  }

  /**
   * Loads a policy, or replaces the one of that name in one step. Whatever it throws, the old set serves on.
   *
   * @param name names the policy in errors, by custom its path: 1 to 1024 bytes without control characters
   * @param source Rego source text
   * @throws {CompileError} the source does not compile; `file`, `line` and `column` say where
   * @throws {LimitError} the source is longer than `maxPolicyBytes` or nests deeper than `maxNesting`
   * @throws {ArgumentError} the name cannot be one
   */
  loadPolicy(name: string, source: string): void {
    const native = this.#handle.native();
    textArgument(name, "the policy's name");
    textArgument(source, "the policy's source");
    nativeCall(() => native.loadPolicy(name, source));
  }

  /**
   * Loads several policies in one step, each under its name: all of them serve at once, or none does.
   *
   * @param policies source texts by name
   * @throws {CompileError} as {@link loadPolicy}; `file` says which one
   */
  loadPolicies(policies: Readonly<Record<string, string>>): void {
    const native = this.#handle.native();
    if (typeof policies !== "object" || policies === null) throw new ArgumentError("policies must be an object of names and sources");
    const names = Object.keys(policies).map((name) => textArgument(name, "a policy's name"));
    const sources = names.map((name) => textArgument(policies[name], `the source of ${name}`));
    nativeCall(() => native.loadPolicies(names, sources));
  }

  /**
   * Removes a policy; returns whether it was there.
   *
   * @throws {CompileError} the other policies do not compile without it; the old set serves on
   */
  removePolicy(name: string): boolean {
    const native = this.#handle.native();
    textArgument(name, "the policy's name");
    return nativeCall(() => native.removePolicy(name));
  }

  /** Says whether a policy of that name is loaded. */
  hasPolicy(name: string): boolean {
    const native = this.#handle.native();
    textArgument(name, "the policy's name");
    return nativeCall(() => native.hasPolicy(name));
  }

  /** Names of the loaded policies, sorted. */
  loadedPolicies(): string[] {
    const native = this.#handle.native();
    return nativeCall(() => native.loadedPolicies());
  }

  /**
   * Loads a bundle of OPA, a gzipped tar as `opa build` writes it, in one step: all of its policies and data serve at once, or none
   * does. What the bundle of that name had brought in before is gone. Whatever it throws, the old set serves on.
   *
   * The roots in its `.manifest` are the bundle's own; where it names none, all of `data` is. `setData` and its like keep the data
   * there and may give none, and a policy that was loaded by itself may have no package there.
   *
   * @param bytes the bundle
   * @throws {InputError} the bytes are no bundle, what is in it lies outside of its roots, the roots are not free, or the signature
   * is not as asked for; a signed bundle without the option `verification` is refused too, as in OPA
   * @throws {CompileError} as {@link loadPolicy}; `file` is the path in the bundle
   * @throws {LimitError} the bundle is larger than `maxBundleBytes`, `maxBundleUnpackedBytes` or `maxBundleEntries` allow, or a file
   * in it than `maxPolicyBytes` or `maxDataBytes`
   * @throws {ArgumentError} an option is unknown or cannot be one
   * @throws {AddonError} this build of Grid was made without bundles
   */
  loadBundle(bytes: Uint8Array, options: BundleOptions = {}): void {
    const native = this.#handle.native();
    const text = bundleOptionsText(options);
    const checked = bytesArgument(bytes, "the bundle");
    if (!native.loadBundle) throw lacking("bundle");
    nativeCall(() => native.loadBundle?.(checked, text));
  }

  /**
   * Removes a bundle with its policies and data; returns whether it was there.
   *
   * @throws {CompileError} the other policies do not compile without it; the old set serves on
   */
  removeBundle(name = "bundle"): boolean {
    const native = this.#handle.native();
    textArgument(name, "the bundle's name");
    return nativeCall(() => native.removeBundle?.(name) ?? false);
  }

  /** The bundles that serve, in the order of their names. */
  loadedBundles(): LoadedBundle[] {
    const native = this.#handle.native();
    return nativeCall(() => native.loadedBundles?.() ?? []);
  }

  /** Removes all policies; data stays. Those of bundles go too, which are forgotten: their data is then as if set by `setData`. */
  clearPolicies(): void {
    const native = this.#handle.native();
    nativeCall(() => native.clearPolicies());
  }

  /**
   * Replaces the data document (`data` in Rego); what bundles own of it stays and is not to be given. Whatever it throws, the old data serves on.
   *
   * @param value an object
   * @throws {InputError} the value is no object, holds what JSON cannot say, or takes the path of a rule, package or bundle
   * @throws {LimitError} the document is longer than `maxDataBytes` or nests deeper than 127 levels
   */
  setData(value: JsonValue): void {
    const native = this.#handle.native();
    const text = jsonText(value, "data");
    nativeCall(() => native.setData(text));
  }

  /**
   * Merges an object into the data document: objects merge level by level, all else is added.
   *
   * @throws {InputError} as `setData`, and where both hold a value and the two differ; then nothing is merged
   * @throws {LimitError} as `setData`
   */
  mergeData(value: JsonValue): void {
    const native = this.#handle.native();
    const text = jsonText(value, "data");
    nativeCall(() => native.mergeData(text));
  }

  /**
   * Changes the data document by a JSON Patch (RFC 6902): all of its operations, or none. They do not see what bundles own.
   *
   * @throws {InputError} that is no patch, an operation cannot be done, or as `setData` for what comes of it
   */
  patchData(operations: readonly object[]): void {
    const native = this.#handle.native();
    const text = jsonText(operations, "the patch");
    nativeCall(() => native.patchData(text));
  }

  /**
   * What the data document holds at a JSON Pointer (RFC 6901), `/users/ann` say; undefined where there is nothing.
   *
   * @param pointer left out: the whole document
   * @throws {ArgumentError} the text is no pointer
   */
  getData<T = JsonValue>(pointer = ""): T | undefined {
    const native = this.#handle.native();
    textArgument(pointer, "the pointer");
    return this.#handle.parsed(nativeCall(() => native.getData(pointer))) as T | undefined;
  }
}
