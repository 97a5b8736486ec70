import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { readStored } from '../../../../gateway/cache/response/stored-answer.ts';
import { createCacheStore } from '../../../../gateway/cache/store/create-cache-store.ts';
import { bodyOf } from '../../../../gateway/dedupe/shared-answers.ts';
import { compressOnce } from '../../../../gateway/http/compress.ts';
import { noLog } from '../../../../gateway/telemetry/no-telemetry.ts';
import { textOf } from '../../../../gateway/to-reply.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const memoryBytes = 16 * 1024 ** 2;
const later = Number.MAX_SAFE_INTEGER;

/** Stores an answer, and answers with it as often as there are ways to. */
async function answerAll(store: ReturnType<typeof createCacheStore>, key: string, text: string): Promise<void> {
  const tags = Array.from({ length: 100 }, (_, index) => `entity:Product:${key}-${index}`);
  const times = { storedAtMs: 1, freshUntilMs: later, staleUntilMs: later, errorUntilMs: later };
  store.setMany([{ key, text, tags, mark: store.mark, ...times }]);
  const [entry] = await store.getMany([key]);
  if (entry === undefined) throw new Error('It is not stored.');
  const { answer } = readStored({ entry, key }, store);
  const body = bodyOf(answer, textOf);
  if (!Buffer.isBuffer(body)) throw new Error('It is written each time.');
  await Promise.all([compressOnce(body, 'br'), compressOnce(body, 'gzip')]);
  expect(answer.data).toHaveProperty('a');
}

it('counts all that is kept of stored answers, so that they take no more memory than they may', async () => {
  const store = createCacheStore({ config: { store: 'memory', memoryBytes }, log: noLog });
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  await answerAll(store, 'first', '{"a":1}');
  const before = used();
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < 600; index++) {
    const items = Array.from({ length: 60 }, () => ({ id: randomBytes(12).toString('hex'), note: 'ä'.repeat(9) }));
    await answerAll(store, `answer ${index}`, JSON.stringify({ a: items }));
    const { bytes } = store.report();
    expect(bytes).toBeLessThanOrEqual(memoryBytes);
    if (index >= 500) least = Math.min(least, bytes);
  }
  // It is full, and what is counted is about what is there.
  expect(least).toBeGreaterThan(0.95 * memoryBytes);
  expect(used() - before).toBeLessThan(1.25 * memoryBytes);
  expect(store.report().entries).toBeLessThan(599);
});

it('does not count for an entry what is kept of the one before', async () => {
  const store = createCacheStore({ config: { store: 'memory', memoryBytes }, log: noLog });
  const entry = { key: 'a', text: '{"a":1}', tags: [], mark: 0, storedAtMs: 1 };
  const kept = { ...entry, freshUntilMs: later, staleUntilMs: later, errorUntilMs: later };
  store.setMany([kept]);
  const { bytes } = store.report();
  const [former = kept] = await store.getMany(['a']);
  store.setMany([{ ...kept, text: '{"a":2}' }]);
  store.hold('a', former, 1_000);
  store.hold('b', former, 1_000);
  expect(store.report().bytes).toBe(bytes);
});
