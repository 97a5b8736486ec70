import type { Output } from '../terminal.ts';

/** Writes a value for programs. */
export function printJson(value: unknown, { write }: Output): void {
  write(`${JSON.stringify(value, undefined, 2)}\n`);
}
