import { expect, it } from 'vitest';
import type { UsageGroup } from '../../../../schema/feed/usage-group.ts';
import type { GroupsQuestion, RegistryStore } from '../../../../schema/registry/store/registry-store.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import { production, sampleCount, sampleOperation, sampleReport, testTime } from '../../../support/registry-samples.ts';

const hour = 3_600_000;
const day = 24 * hour;
const me = sampleOperation('Me', ['Query.me', 'Query.me(id:)', 'User', 'User.name', '@live']);
const search = sampleOperation('Search', ['Query.search', 'User.name']);

function group(by: UsageGroup['by'], name: string, rest: Partial<UsageGroup> = {}): UsageGroup {
  return { by, name, requests: 1, errors: 0, cost: 1.5, bytes: 100, quota: 0, durations: { '0': 1 }, ...rest };
}

let reports = 0;
function addGroups(
  store: RegistryStore,
  groups: readonly UsageGroup[],
  { at = testTime, id = `groups-${reports++}` } = {},
) {
  return store.addUsage(production, { id, at, operations: [], counts: [], format: 2, groups });
}

async function read(store: RegistryStore, question: Partial<GroupsQuestion> = {}) {
  const groups = await store.readGroups(production, { by: 'client', unit: 'day', at: testTime, ...question });
  return groups.map(({ name, requests, errors, cost }) => `${name} ${requests} ${errors} ${cost}`);
}

describeOnEachDatabase('what requests came to', ({ create }) => {
  it('is summed by hour and day, once by report', async () => {
    await using place = await create();
    const store = await place.open();
    expect(await read(store)).toEqual([]);
    const many = group('client', 'web', { requests: 4, errors: 2, quota: 0.5, durations: { '0': 3, '7': 1 } });
    expect(await addGroups(store, [many, group('client', ''), group('tier', 'gold')], { id: 'once' })).toEqual([]);
    await addGroups(store, [many], { id: 'once' });
    await addGroups(store, [group('client', 'web', { quota: 0.25, bytes: 2 ** 40 })], { at: testTime - hour });
    await addGroups(store, [group('client', 'web')], { at: testTime - day });
    expect(await read(store)).toEqual(['web 5 2 3', ' 1 0 1.5']);
    expect(await read(store, { unit: 'hour' })).toEqual(['web 4 2 1.5', ' 1 0 1.5']);
    expect(await read(store, { unit: 'hour', at: testTime - hour })).toEqual(['web 1 0 1.5']);
    expect(await read(store, { by: 'tier' })).toEqual(['gold 1 0 1.5']);
    const [web] = await store.readGroups(production, { by: 'client', unit: 'day', at: testTime });
    expect(web).toMatchObject({ bytes: 2 ** 40 + 100, quota: 0.5, durations: { '0': 4, '7': 1 } });
  });

  it('is told by field of the schema, and operations by name', async () => {
    await using place = await create();
    const store = await place.open();
    await store.addUsage(production, {
      ...sampleReport([me, search], [sampleCount(me), sampleCount(search)]),
      format: 2,
    });
    await addGroups(store, [group('operation', me.hash, { requests: 3 }), group('operation', search.hash)]);
    await addGroups(store, [group('operation', 'other', { requests: 9 })]);
    expect(await read(store, { by: 'field' })).toEqual(['User.name 4 0 3', 'Query.me 3 0 1.5', 'Query.search 1 0 1.5']);
    const operations = await store.readGroups(production, { by: 'operation', unit: 'day', at: testTime });
    expect(operations.map(({ name, title }) => [name, title])).toEqual([
      ['other', undefined],
      [me.hash, 'Me'],
      [search.hash, 'Search'],
    ]);
  });

  it('is worked out from the counts of gateways that tell no groups', async () => {
    await using place = await create();
    const store = await place.open();
    const counts = [sampleCount(me, { count: 2, errors: 1 }), sampleCount(search, { client: 'ios' })];
    await store.addUsage(production, sampleReport([me, search], counts));
    expect(await read(store)).toEqual(['web 2 1 0', 'ios 1 0 0']);
    expect(await read(store, { by: 'field' })).toEqual(['User.name 3 1 0', 'Query.me 2 1 0', 'Query.search 1 0 0']);
  });

  it('is bounded by the names of a day, and thrown away with age', { timeout: 60_000 }, async () => {
    await using place = await create();
    const store = await place.open();
    const many = Array.from({ length: 10_010 }, (_, index) => group('identity', `i${index}`, { durations: {} }));
    await addGroups(store, many.slice(0, 6_000));
    await addGroups(store, many.slice(6_000));
    await addGroups(store, many.slice(-3));
    const kept = await store.readGroups(production, { by: 'identity', unit: 'day', at: testTime });
    expect(kept.length).toBe(10_001);
    expect(kept[0]).toMatchObject({ name: 'other', requests: 13 });
    await store.expireUsage(testTime + 2 * day, { hourDays: 1, days: 3 });
    expect(await read(store, { by: 'identity', unit: 'hour' })).toEqual([]);
    expect((await read(store, { by: 'identity' })).length).toBe(10_001);
    await store.expireUsage(testTime + 5 * day, { hourDays: 1, days: 3 });
    expect(await read(store, { by: 'identity' })).toEqual([]);
  });
});
