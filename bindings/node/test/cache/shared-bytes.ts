/** Bytes in memory that threads share. */
export function sharedCopy(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** Takes the bytes of an array away. */
export function detach({ buffer }: Uint8Array): void {
  // An option may be read more than once.
  if (buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}
