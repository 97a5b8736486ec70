import type { SourcePath } from './source-model.ts';

/** Text that is equal for objects with equal values at all places; `undefined` when one is missing. */
export type Identify = (source: unknown) => string | undefined;

/** Compiles how objects are told apart; `5` and `"5"` are the same value, since backends write ids either way. */
export function identifyBy(reads: readonly SourcePath['read'][]): Identify {
  const [only] = reads;
  if (only && reads.length === 1) return (source) => textOf(only(source));
  return (source) => {
    const values: string[] = [];
    for (const read of reads) {
      const text = textOf(read(source));
      if (text === undefined) return undefined;
      values.push(text);
    }
    return JSON.stringify(values);
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}
