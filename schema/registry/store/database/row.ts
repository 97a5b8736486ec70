import type { Row } from './database.ts';

/** @throws TypeError when there is no text in the column */
export function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`There is no text in the column ${column}.`);
}

/** `undefined` for null. */
export function optionalTextOf(row: Row | undefined, column: string): string | undefined {
  const value = row?.[column];
  return value === null || value === undefined ? undefined : textOf(row, column);
}

/** @throws TypeError when there is no number in the column */
export function numberOf(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`There is no number in the column ${column}.`);
}

/** `undefined` for null. */
export function optionalNumberOf(row: Row | undefined, column: string): number | undefined {
  const value = row?.[column];
  return value === null || value === undefined ? undefined : numberOf(row, column);
}

/** @throws TypeError when there are no bytes in the column */
export function bytesOf(row: Row | undefined, column: string): Uint8Array {
  const value = row?.[column];
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(`There are no bytes in the column ${column}.`);
}

/** What was written as JSON; the caller knows what that was. */
export function jsonOf<Value>(row: Row | undefined, column: string): Value {
  return JSON.parse(textOf(row, column));
}
