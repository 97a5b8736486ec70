const listeners = new WeakMap<object, (bytes: number) => void>();

/** Has `listener` told of all that is made of an object later and kept as long as that is: bodies, and what they are compressed to. */
export function onHeld(object: object, listener: (bytes: number) => void): void {
  listeners.set(object, listener);
}

/** Tells who counts it that something of `object` is kept; what is made of that counts for the same. */
export function noteHeld(object: object, bytes: number, made?: object): void {
  const listener = listeners.get(object);
  if (listener === undefined) return;
  listener(bytes);
  if (made !== undefined) listeners.set(made, listener);
}

/** The same bytes in memory of their own, so that nothing else stays for as long as they do. */
export function toKept(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const kept = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(kept);
  return kept;
}
