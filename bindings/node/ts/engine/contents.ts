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

  /** The number of changes of policies and data: it identifies the current set. */
  get revision(): number {
    const native = this.#handle.native();
    return nativeCall(() => native.revision);
  }

  /**
   * Loads a policy, or replaces the one of that name in one step. If it throws, the old set stays in use.
   *
   * @param name names the policy in errors, by custom its path: 1 to 1024 bytes without control characters
   * @param source Rego source text
   * @throws {CompileError} the source does not compile; `file`, `line` and `column` say where
   * @throws {LimitError} the source is longer than `maxPolicyBytes` or nests deeper than `maxNesting`
   * @throws {ArgumentError} the name is not allowed
   */
  loadPolicy(name: string, source: string): void {
    const native = this.#handle.native();
    textArgument(name, "the policy's name");
    textArgument(source, "the policy's source");
    nativeCall(() => native.loadPolicy(name, source));
  }

  /**
   * Loads several policies in one step, each under its name: all of them, or none.
   *
   * @param policies source texts by name
   * @throws {CompileError} as {@link loadPolicy}; `file` names the policy
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
   * @throws {CompileError} the other policies do not compile without it; the old set stays in use
   */
  removePolicy(name: string): boolean {
    const native = this.#handle.native();
    textArgument(name, "the policy's name");
    return nativeCall(() => native.removePolicy(name));
  }

  /** Whether a policy of that name is loaded. */
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
   * Loads a bundle of OPA, a gzipped tar as `opa build` writes it, in one step: all of its policies and data, or nothing. It replaces the
   * contents of the last bundle of that name. If it throws, the old set stays in use.
   *
   * The bundle owns the roots in its `.manifest`, or all of `data` if it names none. `setData`, `mergeData` and `patchData` keep the data
   * there and cannot add any, and a policy that is loaded without a bundle cannot have a package there.
   *
   * @param bytes the bundle
   * @throws {InputError} the bytes are not a bundle, a file is outside of the roots, the roots are not free, or the signature
   * is not the required one; a signed bundle without the option `verification` is refused too, as in OPA
   * @throws {CompileError} as {@link loadPolicy}; `file` is the path in the bundle
   * @throws {LimitError} the bundle is larger than `maxBundleBytes`, `maxBundleUnpackedBytes` or `maxBundleEntries`, or a file in it is larger
   * than `maxPolicyBytes` or `maxDataBytes`
   * @throws {ArgumentError} an option is unknown or not allowed
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
   * @throws {CompileError} the other policies do not compile without it; the old set stays in use
   */
  removeBundle(name = "bundle"): boolean {
    const native = this.#handle.native();
    textArgument(name, "the bundle's name");
    return nativeCall(() => native.removeBundle?.(name) ?? false);
  }

  /** The loaded bundles, in the order of their names. */
  loadedBundles(): LoadedBundle[] {
    const native = this.#handle.native();
    return nativeCall(() => native.loadedBundles?.() ?? []);
  }

  /** Removes all policies, also those of bundles; data stays. Bundles are forgotten: their data is then as if set by `setData`. */
  clearPolicies(): void {
    const native = this.#handle.native();
    nativeCall(() => native.clearPolicies());
  }

  /**
   * Replaces the data document (`data` in Rego); the data of bundles stays, and the value must not have any. If it throws, the old data stays.
   *
   * @param value an object
   * @throws {InputError} the value is not an object, JSON cannot represent it, or it has the path of a rule, package or bundle
   * @throws {LimitError} the document is longer than `maxDataBytes` or nests deeper than 127 levels
   */
  setData(value: JsonValue): void {
    const native = this.#handle.native();
    const text = jsonText(value, "data");
    nativeCall(() => native.setData(text));
  }

  /**
   * Merges an object into the data document: objects merge level by level, other values are added.
   *
   * @throws {InputError} as `setData`, or both have a value at one path and the values differ; then nothing is merged
   * @throws {LimitError} as `setData`
   */
  mergeData(value: JsonValue): void {
    const native = this.#handle.native();
    const text = jsonText(value, "data");
    nativeCall(() => native.mergeData(text));
  }

  /**
   * Changes the data document by a JSON Patch (RFC 6902): all of its operations, or none. They do not see the data of bundles.
   *
   * @throws {InputError} the value is not a patch, an operation is not possible, or as `setData` for the result
   */
  patchData(operations: readonly object[]): void {
    const native = this.#handle.native();
    const text = jsonText(operations, "the patch");
    nativeCall(() => native.patchData(text));
  }

  /**
   * The value in the data document at a JSON Pointer (RFC 6901), such as `/users/ann`; undefined if there is none.
   *
   * @param pointer left out: the complete document
   * @throws {ArgumentError} the text is not a pointer
   */
  getData<T = JsonValue>(pointer = ""): T | undefined {
    const native = this.#handle.native();
    textArgument(pointer, "the pointer");
    return this.#handle.parsed(nativeCall(() => native.getData(pointer))) as T | undefined;
  }
}
