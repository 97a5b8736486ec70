import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { controlSection } from '../../../gateway/config/control.ts';
import { createRecordStore } from '../../../gateway/store/create-record-store.ts';
import { type RecordStore, recordsMax, type StoredRecord } from '../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const startMs = Date.parse('2030-01-01T00:00:00Z');
/** How long a change may take to be known everywhere, and a little for a busy machine. */
const soon = { timeout: 1_000, interval: 20 };

let nowMs = startMs;
let memory: RecordTable;
let folder: TemporaryFolder;
let redis: TestRedis | undefined;
const opened: RecordStore[] = [];

/** One more gateway on the store of this test. */
async function open(store: unknown): Promise<RecordStore> {
  const config = controlSection.parse({ store }).store ?? 'memory';
  const record = createRecordStore({ config, memory, now: () => nowMs, log: createRecordingLogger().log });
  opened.push(record);
  await record.open();
  return record;
}

const record = (id: string, more: Partial<StoredRecord> = {}): StoredRecord => ({
  kind: 'block',
  id,
  value: { name: id },
  expiresAtMs: undefined,
  ...more,
});
const idsOf = (records: readonly StoredRecord[]) => records.map(({ id }) => id).sort();

beforeEach(async () => {
  nowMs = startMs;
  memory = new RecordTable(() => nowMs);
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  for (const store of opened.splice(0)) store.close();
  await folder.remove();
  await redis?.client.flushall();
});

/** What every store promises; `fill` writes the most records of a kind that there may be. */
function keepsItsPromises(section: () => unknown, fill: (records: readonly StoredRecord[]) => Promise<unknown>): void {
  const another = () => open(section());

  it('knows nothing at first, keeps records by kind and id, replaces and removes them', async () => {
    const store = await another();
    expect([store.all('block'), store.all('apiKey'), store.all('revocation')]).toEqual([[], [], []]);
    const value = { text: '"ünï\n', list: [1, { deep: null }], __proto: 'x' };
    await store.put(record('a', { value }));
    await store.put(record('b', { expiresAtMs: startMs + 60_000 }));
    await store.put(record('a', { kind: 'revocation' }));
    expect(store.all('block')).toEqual([record('a', { value }), record('b', { expiresAtMs: startMs + 60_000 })]);
    await store.put(record('a', { value: 2 }));
    expect(store.all('block').find(({ id }) => id === 'a')).toEqual(record('a', { value: 2 }));
    expect([await store.remove('block', 'a'), await store.remove('block', 'a')]).toEqual([true, false]);
    expect([idsOf(store.all('block')), idsOf(store.all('revocation'))]).toEqual([['b'], ['a']]);
  });

  it('tells who follows at once and after each change of the kind, until that ends', async () => {
    const store = await another();
    await store.put(record('a'));
    const [told, others] = [vi.fn(), vi.fn()];
    const stop = store.follow('block', told);
    store.follow('apiKey', others)();
    expect(told.mock.calls).toEqual([[[record('a')]]]);
    await store.put(record('b'));
    await vi.waitFor(() => expect(idsOf(told.mock.lastCall?.[0])).toEqual(['a', 'b']), soon);
    stop();
    const calls = told.mock.calls.length;
    await store.put(record('c'));
    expect([told.mock.calls.length, others.mock.calls]).toEqual([calls, [[[]]]]);
  });

  it('forgets what has ended, and tells that too', async () => {
    const store = await another();
    await store.put(record('a', { expiresAtMs: startMs + 1 }));
    await store.put(record('b', { expiresAtMs: startMs + 2 }));
    const told = vi.fn();
    store.follow('block', told);
    nowMs += 1;
    expect(idsOf(store.all('block'))).toEqual(['b']);
    await vi.waitFor(() => expect(told.mock.lastCall).toEqual([[record('b', { expiresAtMs: startMs + 2 })]]), 2_000);
    expect(idsOf((await another()).all('block'))).toEqual(['b']);
  });

  it('lets all gateways know of a change within a second', async () => {
    const [one, other] = [await another(), await another()];
    await one.put(record('a'));
    await vi.waitFor(() => expect(idsOf(other.all('block'))).toEqual(['a']), soon);
    await other.put(record('a', { value: 'new' }));
    await vi.waitFor(() => expect(one.all('block')).toEqual([record('a', { value: 'new' })]), soon);
    await other.remove('block', 'a');
    await vi.waitFor(() => expect(one.all('block')).toEqual([]), soon);
  });

  it('loses nothing of what several gateways write at once', async () => {
    const stores = [await another(), await another(), await another()];
    const ids = Array.from({ length: 30 }, (_, index) => `record-${index}`).sort();
    await Promise.all(ids.map((id, index) => stores[index % 3]?.put(record(id))));
    expect(idsOf((await another()).all('block'))).toEqual(ids);
  });

  it('puts a record in the place of another one only if that is still there', async () => {
    const [one, other] = [await another(), await another()];
    const first = record('a', { value: { step: 1, list: [{ deep: 'ü' }] } });
    const [second, third] = [record('a', { value: 2 }), record('a', { value: 3 })];
    expect(await one.replace(second, first)).toBe(false);
    expect(await one.replace(undefined, first)).toBe(true);
    expect(await other.replace(undefined, second)).toBe(false);
    await vi.waitFor(() => expect(other.all('block')).toEqual([first]), soon);
    const [known = first] = other.all('block');
    const kept = await Promise.all([one.replace(first, second), other.replace(known, third)]);
    expect(kept.toSorted()).toEqual([false, true]);
    await vi.waitFor(() => expect(one.all('block')).toEqual([kept[0] ? second : third]), soon);
    await vi.waitFor(() => expect(other.all('block')).toEqual(one.all('block')), soon);
    await expect(one.replace(undefined, record('a b'))).rejects.toThrow(/^An id must be/);
  });

  it('refuses what cannot be an id, and more records than it can hold, but takes some where others ended', async () => {
    const store = await another();
    for (const id of ['', 'a b', '#version', 'x'.repeat(129), '../a'])
      await expect(store.put(record(id)), id).rejects.toThrow(/^An id must be 1 to 128 /);
    await fill(Array.from({ length: recordsMax }, (_, index) => record(`r${index}`, { expiresAtMs: startMs + 1_000 })));
    const full = await another();
    await expect(full.put(record('one-more'))).rejects.toThrow('There are 10000 of them already');
    await full.put(record('r1', { value: 'replaced' }));
    nowMs += 1_000;
    await vi.waitFor(() => full.put(record('one-more')), 5_000);
    expect(idsOf(full.all('block'))).toEqual(['one-more', 'r1']);
  });
}

describe('records in memory', () => {
  keepsItsPromises(
    () => 'memory',
    async (records) => memory.replace('block', records),
  );
});

describe('records in a file', () => {
  keepsItsPromises(
    () => ({ file: `${folder.path}/records.json` }),
    (records) => {
      const blocks = records.map(({ id, value }) => ({
        id,
        value,
        expiresAt: new Date(startMs + 1_000).toISOString(),
      }));
      return folder.write('records.json', JSON.stringify({ blocks }));
    },
  );
});

describeWithRedis('records in Redis', () => {
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.[Symbol.asyncDispose]();
    redis = undefined;
  });
  keepsItsPromises(
    () => ({ redis: redis?.url }),
    async (records) => {
      const expiresAt = new Date(startMs + 1_000).toISOString();
      const fields = records.flatMap(({ id, value }) => [id, JSON.stringify({ id, value, expiresAt })]);
      await redis?.client.hset('{overlock}:control:blocks', '#version', 'full', ...fields);
    },
  );
});
