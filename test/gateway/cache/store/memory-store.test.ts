import { describe, expect, it } from 'vitest';
import { type NewCacheEntry, tagsMost } from '../../../../gateway/cache/store/cache-store.ts';
import { createCacheStore } from '../../../../gateway/cache/store/create-cache-store.ts';
import { everything, Invalidations } from '../../../../gateway/cache/store/invalidations.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const open = ({ memoryBytes = 1_000_000, chance = 0 } = {}) => {
  let nowMs = 1_000_000;
  const told: (readonly string[])[] = [];
  const store = createCacheStore({
    config: { store: 'memory', memoryBytes },
    log: createRecordingLogger().log,
    now: () => nowMs,
    random: () => chance,
    onInvalidated: (tags) => told.push(tags),
  });
  const entry = (key: string, more: Partial<NewCacheEntry> = {}): NewCacheEntry => ({
    key,
    text: `"${key}"`,
    storedAtMs: nowMs,
    freshUntilMs: nowMs + 1_000,
    staleUntilMs: nowMs + 2_000,
    errorUntilMs: nowMs + 3_000,
    tags: [`tag:${key}`],
    mark: store.mark,
    ...more,
  });
  const kept = async (...keys: readonly string[]) => (await store.getMany(keys)).map((found) => found?.text);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { store, entry, kept, pass, told };
};

describe('a cache store in memory', () => {
  it('gives entries without waiting, until they are of no use', async () => {
    const { store, entry, kept, pass } = open();
    store.setMany([entry('a'), entry('b', { errorUntilMs: 0 })]);
    expect(store.getMany(['a'])).not.toBeInstanceOf(Promise);
    pass(1_500);
    expect(await kept('a', 'b', 'c')).toEqual(['"a"', '"b"', undefined]);
    pass(1_000);
    expect(await kept('a', 'b')).toEqual(['"a"', undefined]);
    pass(600);
    expect(await kept('a')).toEqual([undefined]);
    expect(store.report()).toMatchObject({ entries: 0, bytes: 0, memory: { asked: 7, found: 4 } });
  });

  it('counts an answer once, however many keys it may be under', async () => {
    const { store, entry } = open();
    store.setMany([entry('a'), entry('b'), entry('c')]);
    const found = await store.getMany(['a', 'x', 'y', 'z', 'b', 'c'], [0, 0, 1, 1, 2, 2]);
    expect(found.map((one) => one?.text)).toEqual(['"a"', undefined, undefined, undefined, '"b"', '"c"']);
    expect(store.report().memory).toEqual({ asked: 3, found: 2 });
  });

  it('stays within its bytes, and drops what was not asked for for the longest time', async () => {
    const { store, entry, kept } = open({ memoryBytes: 100_000 });
    const text = 'x'.repeat(4_000);
    for (const key of ['a', 'b']) store.setMany([entry(key, { text })]);
    for (let turn = 0; turn < 100; turn++) {
      store.setMany([entry(`${turn}`, { text: turn % 2 === 0 ? text : 'ä'.repeat(2_000) })]);
      await kept('a');
      expect(store.report().bytes).toBeLessThanOrEqual(100_000);
    }
    expect(await kept('a', 'b', '99')).toEqual([text, undefined, 'ä'.repeat(2_000)]);
    store.setMany([entry('large', { text: 'x'.repeat(20_000) })]);
    expect(await kept('large', 'a')).toEqual([undefined, text]);
  });

  it('cuts freshness by up to a tenth', async () => {
    const { store, entry } = open({ chance: 0.5 });
    store.setMany([entry('a')]);
    const [found] = await store.getMany(['a']);
    expect(found).toMatchObject({ freshUntilMs: 1_000_950, staleUntilMs: 1_002_000 });
  });

  it('gives nothing that was invalidated, and keeps nothing that was fetched before', async () => {
    const { store, entry, kept, told } = open();
    const before = entry('a');
    store.setMany([before, entry('b', { tags: ['type:B', 'subgraph:s'] }), entry('c')]);
    expect(await store.invalidate(['tag:a', 'type:B'])).toBe(true);
    expect(told).toEqual([['tag:a', 'type:B']]);
    expect(await kept('a', 'b', 'c')).toEqual([undefined, undefined, '"c"']);
    store.setMany([before]);
    expect(await kept('a')).toEqual([undefined]);
    store.setMany([entry('a')]);
    expect(await kept('a')).toEqual(['"a"']);
    store.hear([everything]);
    expect(told).toHaveLength(1);
    expect(await kept('a', 'c')).toEqual([undefined, undefined]);
  });

  it('lets one fetch anew what is stale', async () => {
    const { store, entry, pass } = open();
    expect(await store.claimMany(['a', 'b', 'a'])).toEqual([true, true, false]);
    store.setMany([entry('a')]);
    store.release(['b']);
    expect(await store.claimMany(['a', 'b'])).toEqual([true, true]);
    pass(9_999);
    expect(await store.claimMany(['a'])).toEqual([false]);
    pass(1);
    expect(await store.claimMany(['a'])).toEqual([true]);
  });

  it('does not keep what has more tags than can be looked after', async () => {
    const { store, entry, kept } = open();
    const tags = Array.from({ length: tagsMost + 1 }, (_, index) => `tag:${index}`);
    store.setMany([entry('a', { tags }), entry('b', { tags: tags.slice(1) })]);
    expect(await kept('a', 'b')).toEqual([undefined, '"b"']);
  });
});

describe('what was invalidated', () => {
  it('is remembered for so many tags, and what is older than those forgotten goes with them', () => {
    const invalidations = new Invalidations(100);
    const marks = Array.from({ length: 101 }, (_, index) => {
      const { mark } = invalidations;
      invalidations.note([`tag:${index}`]);
      return mark;
    });
    // Ten were forgotten together.
    const allows = (mark: number | undefined, ...tags: readonly string[]) =>
      invalidations.allows({ mark: mark ?? Number.NaN, tags });
    expect(allows(marks[9], 'other')).toBe(false);
    expect(allows(marks[11], 'other')).toBe(true);
    expect(allows(marks[50], 'tag:50')).toBe(false);
    expect(allows(marks[51], 'tag:50')).toBe(true);
    expect(allows(invalidations.mark, 'tag:100')).toBe(true);
  });
});
