import { expect, it } from 'vitest';
import type { RegistryStore } from '../../../../schema/registry/store/registry-store.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import {
  production,
  sampleCount,
  sampleOperation,
  sampleReport,
  staging,
  testTime,
} from '../../../support/registry-samples.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const me = sampleOperation('Me', ['Query.me', 'User.name', 'User.email']);
const search = sampleOperation('Search', ['Query.search', 'User.name']);

async function usesOf(store: RegistryStore, coordinate: string, from = 0): Promise<readonly string[]> {
  const uses = await store.readUses(production, from, [coordinate, 'No.such']);
  return uses
    .map((use) => `${use.operation === me.hash ? 'Me' : 'Search'} ${use.client}@${use.clientVersion} ${use.count}`)
    .sort();
}

describeOnEachDatabase('usage', ({ create }) => {
  it('says who used what, by which operation, how often', async () => {
    await using place = await create();
    const store = await place.open();
    expect(await store.hasUsage(production)).toBe(false);
    expect(await store.addUsage(production, sampleReport([me], []))).toEqual([]);
    expect(await store.hasUsage(production)).toBe(false);
    expect(await store.readUses(production, 0, ['Query.me'])).toEqual([]);
    expect(await store.countUses(production, 0)).toEqual(new Map());
    expect(await store.listOperations(production, 0, 9)).toEqual([]);

    const counts = [
      sampleCount(me, { count: 2 }),
      sampleCount(me, { count: 3, version: 2 }),
      sampleCount(me, { client: 'ios', clientVersion: '7' }),
      sampleCount(search, { count: 10 }),
    ];
    expect(await store.addUsage(production, sampleReport([me, search], counts))).toEqual([]);
    expect(await store.addUsage(production, sampleReport([], [sampleCount(me)]))).toEqual([]);
    expect(await store.addUsage(staging, sampleReport([me], [sampleCount(me, { count: 99 })]))).toEqual([]);

    expect(await store.hasUsage(production)).toBe(true);
    expect(await usesOf(store, 'User.email')).toEqual(['Me ios@7 1', 'Me web@1.0.0 6']);
    expect(await usesOf(store, 'User.name')).toEqual(['Me ios@7 1', 'Me web@1.0.0 6', 'Search web@1.0.0 10']);
    expect(await store.countUses(production, 0)).toEqual(
      new Map([
        ['Query.me', 7],
        ['User.name', 17],
        ['User.email', 7],
        ['Query.search', 10],
      ]),
    );
    expect(await store.listOperations(production, 0, 9)).toEqual([
      { ...search, count: 10 },
      { ...me, count: 7 },
    ]);
    expect(await store.listOperations(production, 0, 1)).toEqual([{ ...search, count: 10 }]);
  });

  it('counts a report once, however often it comes', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const report = sampleReport([me], [sampleCount(me)], { id: 'gateway-1 report-1' });
    await Promise.all([store, other, store, other].map((instance) => instance.addUsage(production, report)));
    expect(await usesOf(store, 'Query.me')).toEqual(['Me web@1.0.0 1']);
    place.clock.now += 2 * day;
    await store.expireUsage(place.clock.now, { hourDays: 1, days: 30 });
    await other.addUsage(production, report);
    expect(await usesOf(store, 'Query.me')).toEqual(['Me web@1.0.0 2']);
  });

  it('adds up what several instances are told at the same time', async () => {
    await using place = await create();
    const stores = await place.openTwo();
    const operations = Array.from({ length: 20 }, (_, index) =>
      sampleOperation(`Op${index}`, ['Query.me', `T.f${index}`]),
    );
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const some = index % 2 === 0 ? operations : operations.toReversed();
        const counts = some.map((operation) =>
          sampleCount(operation, { durations: { 5: 1 }, client: `c${index % 3}` }),
        );
        return stores[index % 2]!.addUsage(production, sampleReport(some, counts));
      }),
    );
    expect((await stores[0].countUses(production, 0)).get('Query.me')).toBe(200);
    const figures = await stores[1].readFigures(production, testTime - minute, [1]);
    expect(figures).toHaveLength(20);
    expect(figures.every(({ count, durations }) => count === 10 && durations['5'] === 10)).toBe(true);
  });

  it('asks again for operations that it only has the hash of', async () => {
    await using place = await create();
    const store = await place.open();
    expect(await store.addUsage(production, sampleReport([], [sampleCount(me)]))).toEqual([me.hash]);
    expect(await store.addUsage(production, sampleReport([], [sampleCount(me)]))).toEqual([me.hash]);
    expect(await store.listOperations(production, 0, 9)).toEqual([]);
    expect(await store.addUsage(production, sampleReport([me], [sampleCount(me)]))).toEqual([]);
    expect(await store.listOperations(production, 0, 9)).toEqual([{ ...me, count: 3 }]);
    expect(await usesOf(store, 'Query.me')).toEqual(['Me web@1.0.0 3']);
  });

  it('counts what came in variables, but for what the operation names as well', async () => {
    await using place = await create();
    const store = await place.open();
    const inputs = { 'UserInput.name': 4, 'Role.ADMIN': 2, 'User.name': 3 };
    await store.addUsage(production, sampleReport([me, search], [sampleCount(me, { count: 5, inputs })]));
    await store.addUsage(production, sampleReport([], [sampleCount(search, { inputs: { 'Role.ADMIN': 1 } })]));
    expect(await usesOf(store, 'Role.ADMIN')).toEqual(['Me web@1.0.0 2', 'Search web@1.0.0 1']);
    expect(await usesOf(store, 'User.name')).toEqual(['Me web@1.0.0 5', 'Search web@1.0.0 1']);
    const counts = await store.countUses(production, 0);
    expect([counts.get('Role.ADMIN'), counts.get('UserInput.name'), counts.get('User.name')]).toEqual([3, 4, 6]);
  });

  it('counts from an hour on, and from a day on where hours were thrown away', async () => {
    await using place = await create();
    const store = await place.open();
    for (const [index, at] of [testTime - 2 * day, testTime - day - hour, testTime - day, testTime].entries()) {
      await store.addUsage(production, sampleReport([me], [sampleCount(me, { count: 10 ** index })], { at }));
    }
    const countSince = async (from: number) => (await store.countUses(production, from)).get('Query.me') ?? 0;
    expect(await countSince(testTime - day)).toBe(1_100);
    expect(await countSince(testTime - day + hour)).toBe(1_000);
    expect(await countSince(testTime - day - hour)).toBe(1_110);
    await store.expireUsage(place.clock.now, { hourDays: 0.5, days: 30 });
    expect(await countSince(testTime - day)).toBe(1_110);
    expect(await countSince(testTime)).toBe(1_000);
    expect(await usesOf(store, 'Query.me', testTime - 2 * day)).toEqual(['Me web@1.0.0 1111']);
  });

  it('takes a time in the future for now', async () => {
    await using place = await create();
    const store = await place.open();
    await store.addUsage(production, sampleReport([me], [sampleCount(me)], { at: testTime + 400 * day }));
    expect(await store.countUses(production, testTime + hour)).toEqual(new Map());
    expect(await store.readFigures(production, testTime, [1])).toHaveLength(1);
  });

  it('keeps figures by version, to the minute in the last hour and to the hour before', async () => {
    await using place = await create();
    const store = await place.open();
    const report = (at: number, rest: object) => sampleReport([me], [sampleCount(me, rest)], { at });
    await store.addUsage(production, report(testTime - 3 * hour, { count: 1, errors: 1, durations: { 10: 1 } }));
    await store.addUsage(production, report(testTime - 5 * minute, { count: 2, durations: { 10: 1, 11: 1 } }));
    await store.addUsage(production, report(testTime, { count: 4, errors: 2, durations: { 11: 4 } }));
    await store.addUsage(production, report(testTime, { count: 1, version: 2, durations: { 12: 1, 1e9: 1, x: 1 } }));
    const figures = (from: number, versions = [1, 2]) => store.readFigures(production, from, versions);
    const ofTwo = { operation: me.hash, version: 2, count: 1, errors: 0, durations: { 12: 1 } };
    expect(await figures(testTime - minute)).toEqual([
      { operation: me.hash, version: 1, count: 4, errors: 2, durations: { 11: 4 } },
      ofTwo,
    ]);
    expect(await figures(testTime - 5 * minute, [1])).toMatchObject([{ count: 6, durations: { 10: 1, 11: 5 } }]);
    expect(await figures(testTime - 4 * hour)).toEqual([
      { operation: me.hash, version: 1, count: 7, errors: 3, durations: { 10: 2, 11: 5 } },
      ofTwo,
    ]);
    expect(await figures(testTime, [3])).toEqual([]);
    expect(await store.readFigures(staging, testTime, [1])).toEqual([]);
    place.clock.now += 2 * hour;
    expect(await figures(testTime, [2])).toEqual([ofTwo]);
  });

  it('forgets what is older than it is kept, and what nobody sends any more', async () => {
    await using place = await create();
    const store = await place.open();
    const inputs = { 'Role.ADMIN': 1 };
    const old = testTime - 40 * day;
    await store.addUsage(production, sampleReport([me], [sampleCount(me, { client: 'old', inputs })], { at: old }));
    await store.addUsage(production, sampleReport([search], [sampleCount(search)]));
    await store.addUsage(staging, sampleReport([search], [sampleCount(search)]));
    await store.expireUsage(testTime, { hourDays: 2, days: 30 });
    expect(await store.countUses(production, 0)).toEqual(
      new Map([
        ['Query.search', 1],
        ['User.name', 1],
      ]),
    );
    expect(await usesOf(store, 'User.email')).toEqual([]);
    expect(await store.readFigures(production, 0, [1])).toHaveLength(1);
    expect(await store.countUses(staging, 0)).toEqual(
      new Map([
        ['Query.search', 1],
        ['User.name', 1],
      ]),
    );
    expect(await store.addUsage(production, sampleReport([], [sampleCount(me)]))).toEqual([me.hash]);
    expect(await store.addUsage(production, sampleReport([me], [sampleCount(me, { client: 'old' })]))).toEqual([]);
    expect(await usesOf(store, 'User.email')).toEqual(['Me old@1.0.0 1', 'Me web@1.0.0 1']);
  });
});
