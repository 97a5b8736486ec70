import { expect, it } from 'vitest';
import type { UsageReport } from '../../../../schema/feed/usage-report.ts';
import { openDatabase } from '../../../../schema/registry/store/database/open-database.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import { production, sampleCount, sampleOperation, sampleReport, testTime } from '../../../support/registry-samples.ts';

const me = sampleOperation('Me', ['Query.me']);

/** Adds what nobody has told, in less time than reports would take. */
async function addOperations(location: string, count: number): Promise<void> {
  const database = await openDatabase(location, { warn: () => undefined, error: () => undefined });
  await database.query(
    `insert into operations (id, scope, hash, kind)
      with recursive numbers(number) as (select 1 union all select number + 1 from numbers where number < ${count})
      select last_id + 1000 + number, id, 'hash-' || number, 'query' from scopes, numbers`,
  );
  await database.close();
}

describeOnEachDatabase('limits of usage', ({ create }) => {
  it('counts clients of an operation beyond a hundred a day together', async () => {
    await using place = await create();
    const store = await place.open();
    const clients = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => sampleCount(me, { client: `client-${from + index}` }));
    await store.addUsage(production, sampleReport([me], clients(0, 90)));
    await store.addUsage(production, sampleReport([], clients(0, 120)));
    await store.addUsage(production, sampleReport([], clients(95, 105)));
    const uses = await store.readUses(production, 0, ['Query.me']);
    const countOf = (name: string) => uses.find(({ client }) => client === name)?.count;
    expect(uses).toHaveLength(101);
    expect(['client-0', 'client-99', 'client-100', 'other'].map(countOf)).toEqual([2, 2, undefined, 25]);
    expect((await store.countUses(production, 0)).get('Query.me')).toBe(220);
    // Another day, others may come first.
    await store.addUsage(production, sampleReport([], clients(100, 101), { at: testTime - 86_400_000 }));
    expect(await store.readUses(production, 0, ['Query.me'])).toHaveLength(102);
  });

  it('counts an operation that is too long or uses too much, and keeps what fits', async () => {
    await using place = await create();
    const store = await place.open();
    const long = { ...sampleOperation('Long', ['Query.long', 'x'.repeat(501)]), text: 'x'.repeat(100_001) };
    const wide = sampleOperation(
      'W'.repeat(300),
      Array.from({ length: 6_000 }, (_, index) => `T.f${index}`),
    );
    await store.addUsage(
      production,
      sampleReport([long, wide], [sampleCount(long), sampleCount(wide, { client: 'c'.repeat(300) })]),
    );
    const counts = await store.countUses(production, 0);
    expect(counts.size).toBe(5_001);
    expect(counts.get('Query.long')).toBe(1);
    expect(await store.listOperations(production, 0, 9)).toEqual([
      { ...wide, name: 'W'.repeat(200), coordinates: wide.coordinates.slice(0, 5_000), count: 1 },
    ]);
    expect((await store.readUses(production, 0, ['T.f1']))[0]?.client).toBe('c'.repeat(200));
  });

  it('counts operations beyond a hundred thousand by their coordinates', async () => {
    await using place = await create();
    let store = await place.open();
    await store.addUsage(production, sampleReport([], [sampleCount(sampleOperation('First', []))]));
    await store.close();
    await addOperations(place.location, 99_999);
    store = await place.open();
    await store.addUsage(
      production,
      sampleReport([me], [sampleCount(me, { count: 7, inputs: { 'Query.me': 3, 'Role.ADMIN': 2 } })]),
    );
    await store.addUsage(production, sampleReport([me], [sampleCount(me, { client: 'ios' })]));
    expect(await store.addUsage(production, sampleReport([], [sampleCount(me)]))).toEqual([me.hash]);
    expect(await store.countUses(production, 0)).toEqual(
      new Map([
        ['Query.me', 8],
        ['Role.ADMIN', 2],
      ]),
    );
    expect(await store.readUses(production, 0, ['Query.me'])).toMatchObject([
      { operation: 'other', client: 'web', count: 7 },
      { operation: 'other', client: 'ios', count: 1 },
    ]);
  });

  it('takes odd characters in whatever clients can choose', async () => {
    await using place = await create();
    const store = await place.open();
    const odd = `a\0b \ud800 '"; drop table clients; -- ?$1 𝒳 __proto__`;
    const operation = { ...sampleOperation('Odd', [`Query.${odd}`]), hash: odd, name: odd, text: odd };
    const report: UsageReport = sampleReport(
      [operation],
      [sampleCount(operation, { client: odd, clientVersion: odd, inputs: { [odd]: 1, ['__proto__']: 2 } })],
      { id: odd },
    );
    for (let index = 0; index < 3; index++)
      expect(await store.addUsage(production, { ...report, id: odd + index })).toEqual([]);
    const counts = await store.countUses(production, 0);
    expect([...counts.values()].toSorted()).toEqual([3, 3, 6]);
    expect((await store.readUses(production, 0, [...counts.keys()])).length).toBe(3);
    expect(await store.listOperations(production, 0, 9)).toMatchObject([
      { name: odd.replace('\0', '\ufffd').replace('\ud800', '\ufffd'), count: 3 },
    ]);
  });
});
