import { hash } from 'node:crypto';
import type { Queries } from '../database/database.ts';
import { bytesOf, textOf } from '../database/row.ts';
import { insertRows, queryIn } from '../database/rows.ts';
import { StoreError } from '../store-error.ts';
import { toChunks } from './chunk.ts';
import { type Compressed, compress, decompress } from './compress.ts';

/** Texts that are ready to be written, each once. */
export interface PreparedTexts {
  readonly texts: readonly { readonly digest: string; readonly chunks: readonly string[] }[];
  /** By digest, those that were not there. */
  readonly chunks: ReadonlyMap<string, Compressed>;
}

/** SHA-256 in hex. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}

/** Compresses what of the texts is not stored yet. Nothing is ever removed, so what is there stays. */
export async function prepareTexts(queries: Queries, texts: readonly string[]): Promise<PreparedTexts> {
  const byDigest = new Map(texts.map((text) => [digestOf(text), text]));
  const known = new Set(
    (await queryIn(queries, 'select digest from texts where digest in', [], [...byDigest.keys()])).map((row) =>
      textOf(row, 'digest'),
    ),
  );
  const parts = new Map<string, string>();
  const prepared = [...byDigest]
    .filter(([digest]) => !known.has(digest))
    .map(([digest, text]) => {
      const chunks = toChunks(text).map((part) => {
        const name = hash('sha256', part, 'base64url');
        parts.set(name, part);
        return name;
      });
      return { digest, chunks };
    });
  for (const row of await queryIn(queries, 'select digest from chunks where digest in', [], [...parts.keys()])) {
    parts.delete(textOf(row, 'digest'));
  }
  const chunks = await Promise.all([...parts].map(async ([name, part]) => [name, await compress(part)] as const));
  return { texts: prepared, chunks: new Map(chunks) };
}

/** Writes what was prepared; others may have written some of it meanwhile. */
export async function writeTexts(queries: Queries, { texts, chunks }: PreparedTexts): Promise<void> {
  // In the same order everywhere, so that two that write the same texts do not wait for one another.
  await insertRows(
    queries,
    'insert into chunks (digest, encoding, bytes)',
    [...chunks].map(([digest, { encoding, bytes }]) => [digest, encoding, bytes] as const).sort(byDigest),
    'on conflict (digest) do nothing',
  );
  await insertRows(
    queries,
    'insert into texts (digest, chunks)',
    texts.map(({ digest, chunks: names }) => [digest, names.join(' ')] as const).sort(byDigest),
    'on conflict (digest) do nothing',
  );
}

function byDigest([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

/**
 * Reads texts by their digests.
 * @throws StoreError when one is missing or is not what was written
 */
export async function readTexts(queries: Queries, digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await queryIn(queries, 'select digest, chunks from texts where digest in', [], [...new Set(digests)]);
  const chunksOf = new Map(rows.map((row) => [textOf(row, 'digest'), textOf(row, 'chunks').split(' ')]));
  const names = [...new Set([...chunksOf.values()].flat())];
  const parts = await queryIn(queries, 'select digest, encoding, bytes from chunks where digest in', [], names);
  const texts = new Map(
    await Promise.all(
      parts.map(
        async (row) =>
          [
            textOf(row, 'digest'),
            await decompress(textOf(row, 'encoding'), bytesOf(row, 'bytes')).catch(() => ''),
          ] as const,
      ),
    ),
  );
  const whole = new Map<string, string>();
  for (const digest of digests) {
    const text = (chunksOf.get(digest) ?? []).map((name) => texts.get(name) ?? '').join('');
    if (digestOf(text) !== digest) {
      throw new StoreError(`A schema in the registry's database is damaged (${digest}). Put a backup in its place.`);
    }
    whole.set(digest, text);
  }
  return whole;
}
