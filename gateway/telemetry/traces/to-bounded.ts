import type { SpanValue } from './span.ts';

const textLengthMost = 256;

/** A value as it is noted: of a long text a copy of the beginning, as a part of a text holds all of it. */
export function toBounded(value: SpanValue): SpanValue {
  if (typeof value !== 'string' || value.length <= textLengthMost) return value;
  return Buffer.from(value.slice(0, textLengthMost), 'utf16le').toString('utf16le');
}
