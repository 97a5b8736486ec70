import { expect, it } from 'vitest';
import type { Token } from '../../../../schema/registry/model.ts';
import { openDatabase } from '../../../../schema/registry/store/database/open-database.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import { ada, announcing, because, production, staging, testTime } from '../../../support/registry-samples.ts';

const token: Token = {
  id: 'token-1',
  name: 'CI of reviews',
  role: 'publisher',
  teams: ['reviews'],
  variants: ['shop@*'],
  createdAt: testTime,
  expiresAt: testTime + 1,
  revokedAt: undefined,
};

describeOnEachDatabase('tokens, approvals, checks and logs', ({ create }) => {
  it('finds tokens by their digests, and revokes them once', async () => {
    await using place = await create();
    const store = await place.open();
    const second = { ...token, id: 'token-2', createdAt: testTime - 1, expiresAt: undefined };
    await store.createToken(token, 'digest-1', because('token.create'));
    await store.createToken(second, 'digest-2', because('token.create'));
    expect(await store.findToken('digest-1')).toEqual(token);
    expect(await store.findToken('digest-3')).toBeUndefined();
    expect(await store.listTokens()).toEqual([second, token]);

    expect(await store.revokeToken('token-1', testTime + 5, because('token.revoke'))).toBe(true);
    expect(await store.revokeToken('token-1', testTime + 6, because('token.revoke'))).toBe(false);
    expect(await store.revokeToken('token-9', testTime + 6, because('token.revoke'))).toBe(false);
    expect(await store.findToken('digest-1')).toEqual({ ...token, revokedAt: testTime + 5 });
    expect((await store.listAudit({ limit: 9 })).items.map(({ action }) => action)).toEqual([
      'token.revoke',
      'token.create',
      'token.create',
    ]);
  });

  it('keeps nothing of a token whose id or secret is taken', async () => {
    await using place = await create();
    const store = await place.open();
    await store.createToken(token, 'digest-1', because('token.create'));
    await expect(store.createToken({ ...token, id: 'token-2' }, 'digest-1', because('token.create'))).rejects.toThrow();
    await expect(store.createToken(token, 'digest-2', because('token.create'))).rejects.toThrow();
    expect(await store.listTokens()).toEqual([token]);
    expect((await store.listAudit({ limit: 9 })).items).toHaveLength(1);
  });

  it('keeps approvals, one of each author', async () => {
    await using place = await create();
    const store = await place.open();
    const approval = { ref: production, change: 'change-1', author: ada, at: testTime, message: undefined };
    const bob = { token: 'token-bob', name: 'Bob' };
    await store.approve(approval, because('approve'));
    await store.approve({ ...approval, at: testTime + 2, message: 'again' }, because('approve'));
    await store.approve({ ...approval, at: testTime + 1, author: bob }, because('approve'));
    await store.approve({ ...approval, ref: staging }, because('approve'));
    const many = Array.from({ length: 1_000 }, (_, index) => `change-${index}`);
    expect(await store.listApprovals(production, many)).toEqual([
      { ...approval, at: testTime + 1, author: bob },
      { ...approval, at: testTime + 2, message: 'again' },
    ]);
    expect(await store.listApprovals(production, [])).toEqual([]);
  });

  it('keeps reports of checks, the thousand latest of a variant', async () => {
    await using place = await create();
    let store = await place.open();
    const report = { verdict: 'breaks', problems: Array.from({ length: 100 }, (_, index) => `Problem ${index}`) };
    await store.saveCheck(production, 'check-0', testTime, report, because('check'));
    await store.saveCheck(staging, 'check-0', testTime, 'short', announcing('check.failed', staging));
    await store.close();
    const database = await openDatabase(place.location, { warn: () => undefined, error: () => undefined });
    await database.query(
      `insert into checks (graph, variant, id, at, encoding, report)
        with recursive numbers(number) as (select 1 union all select number + 1 from numbers where number < 999)
        select graph, variant, 'check-' || number, at + number, encoding, report from checks, numbers where variant = 'production'`,
    );
    await database.close();

    store = await place.open();
    expect(await store.readCheck(production, 'check-0')).toEqual(report);
    await store.saveCheck(production, 'latest', testTime + 1_000, [], because('check'));
    expect(await store.readCheck(production, 'check-0')).toBeUndefined();
    expect(await store.listChecks(production, 2)).toEqual([
      { id: 'latest', at: testTime + 1_000, report: [] },
      { id: 'check-999', at: testTime + 999, report },
    ]);
    expect(await store.listChecks(production, 2_000)).toHaveLength(1_000);
    await store.saveCheck(staging, 'check-0', testTime + 9, 'another', because('check'));
    expect(await store.listChecks(staging, 9)).toEqual([{ id: 'check-0', at: testTime + 9, report: 'another' }]);
  });

  it('logs who did what, newest first and by the page', async () => {
    await using place = await create();
    const store = await place.open();
    for (let index = 0; index < 6; index++) {
      const ref = index % 2 === 0 ? production : staging;
      await store.setOwner('shop', 'books', `team-${index}`, because(`owner-${index}`, ref));
    }
    await store.setOwner('shop', 'books', 'team', { audit: { ...because('owner').audit, ref: undefined } });
    const all = await store.listAudit({ limit: 9 });
    expect(all.next).toBeUndefined();
    expect(all.items[0]).toMatchObject({ at: testTime, author: ada, ref: undefined, details: { why: 'owner' } });
    const first = await store.listAudit({ limit: 2, ref: production });
    expect(first.items.map(({ action }) => action)).toEqual(['owner-4', 'owner-2']);
    expect(await store.listAudit({ limit: 2, ref: production, from: first.next })).toMatchObject({
      items: [{ action: 'owner-0', ref: production }],
      next: undefined,
    });
  });

  it('keeps events until they are done, oldest first, and no more than ten thousand', async () => {
    await using place = await create();
    const store = await place.open();
    const events = (count: number, kind: string) => ({
      ...because('publish'),
      events: Array.from({ length: count }, () => ({ kind, ref: production, details: { kind } })),
    });
    await store.setOwner('shop', 'books', 'library', events(2, 'old'));
    await store.setOwner('shop', 'books', 'library', events(9_996, 'middle'));
    expect(await store.listEvents(1)).toMatchObject([
      { kind: 'old', ref: production, at: testTime, details: { kind: 'old' } },
    ]);
    await store.setOwner('shop', 'books', 'library', events(3, 'new'));
    const kept = await store.listEvents(20_000);
    expect(kept.length).toBeLessThanOrEqual(10_000);
    expect(kept.at(-1)).toMatchObject({ kind: 'new' });
    for (const { id } of kept.slice(0, 2)) await store.removeEvent(id);
    expect(await store.listEvents(2)).toEqual(kept.slice(2, 4));
  });

  it('swaps small documents', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const first = { kind: 'canary', id: 'shop@production', value: { step: 5 }, revision: 0 };
    const outcomes = await Promise.all([
      store.saveDocument(first),
      other.saveDocument({ ...first, value: { step: 6 } }),
    ]);
    expect(outcomes.toSorted()).toEqual([false, true]);
    const winner = { ...first, value: { step: outcomes[0] ? 5 : 6 }, revision: 1 };
    expect(await other.readDocument('canary', first.id)).toEqual(winner);
    expect(await store.saveDocument({ ...winner, value: [1] }, announcing('canary.stepped'))).toBe(true);
    expect(await other.saveDocument({ ...winner, value: [2] }, announcing('canary.stepped'))).toBe(false);
    expect(await other.listDocuments('canary')).toEqual([{ ...first, value: [1], revision: 2 }]);
    expect(await store.listEvents(9)).toHaveLength(1);
    expect(await store.saveDocument({ ...first, value: undefined, revision: 1 })).toBe(false);
    expect(await store.saveDocument({ ...first, value: undefined, revision: 2 })).toBe(true);
    expect(await store.readDocument('canary', first.id)).toBeUndefined();
    expect(await store.listDocuments('webhook')).toEqual([]);
  });
});
