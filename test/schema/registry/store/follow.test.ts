import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { type GraphRef, printGraphRef } from '../../../../schema/feed/graph-ref.ts';
import { defaultSettings } from '../../../../schema/registry/default-settings.ts';
import { describeOnEachDatabase } from '../../../support/registry-place.ts';
import { announcing, because, sampleVersion, staging } from '../../../support/registry-samples.ts';

/** A follower, and what it was told. */
function createFollower() {
  const told: string[] = [];
  return { told, listener: (ref: GraphRef) => void told.push(printGraphRef(ref)) };
}

describeOnEachDatabase('following and leases', ({ create }) => {
  it('tells followers on all instances of versions, settings and events, once these can be read', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const seen: number[] = [];
    store.follow(async (ref) => void seen.push((await store.readVariant(ref))?.version ?? 0));
    const { told, listener } = createFollower();
    store.follow(listener);

    await other.commit(sampleVersion(1), announcing('published'));
    await vi.waitFor(() => expect(told).toContain('shop@production'), { timeout: 1_000 });
    await vi.waitFor(() => expect(seen).toContain(1));
    told.length = 0;
    await other.saveSettings(staging, defaultSettings, because('settings'));
    await vi.waitFor(() => expect(told).toContain('shop@staging'), { timeout: 1_000 });
    told.length = 0;
    await other.saveDocument({ kind: 'canary', id: 'x', value: 1, revision: 0 }, announcing('canary.started'));
    await vi.waitFor(() => expect(told).toEqual(['shop@production']), { timeout: 1_000 });
  });

  it('tells nothing of what was not kept, and nobody who has stopped to follow', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const [gone, stays] = [createFollower(), createFollower()];
    const end = store.follow(gone.listener);
    store.follow(() => {
      throw new Error('A follower that fails.');
    });
    store.follow(stays.listener);
    end();
    await other.commit(sampleVersion(7), announcing('published'));
    await other.commit(sampleVersion(1, { ref: staging }), announcing('published', staging));
    await vi.waitFor(() => expect(stays.told).toContain('shop@staging'), { timeout: 1_000 });
    expect(stays.told).not.toContain('shop@production');
    expect(gone.told).toEqual([]);
  });

  it('tells whoever begins to follow after the last one has stopped', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const first = createFollower();
    store.follow(first.listener)();
    await other.commit(sampleVersion(1), announcing('published'));
    const second = createFollower();
    store.follow(second.listener);
    await other.commit(sampleVersion(1, { ref: staging }), announcing('published', staging));
    await vi.waitFor(() => expect(second.told).toContain('shop@staging'), { timeout: 1_000 });
    expect(first.told).toEqual([]);
  });

  it('gives a lease to one at a time', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const gate = new EventTarget();
    const ran: string[] = [];
    const started = once(gate, 'started');
    const first = store.withLease('webhooks', async (signal) => {
      ran.push('first');
      gate.dispatchEvent(new Event('started'));
      await once(gate, 'end');
      expect(signal.aborted).toBe(false);
    });
    await started;
    for (const instance of [store, other]) {
      expect(await instance.withLease('webhooks', async () => void ran.push('second'))).toBe(false);
    }
    expect(await other.withLease('canary', async () => void ran.push('another'))).toBe(true);
    gate.dispatchEvent(new Event('end'));
    expect(await first).toBe(true);
    expect(await other.withLease('webhooks', async () => void ran.push('third'))).toBe(true);
    expect(ran).toEqual(['first', 'another', 'third']);
  });

  it('gives a lease back when the work fails, and when the store is closed', async () => {
    await using place = await create();
    const [store, other] = await place.openTwo();
    const failing = store.withLease('webhooks', async () => {
      throw new Error('It failed.');
    });
    await expect(failing).rejects.toThrow('It failed.');
    const reasons: string[] = [];
    const held = other.withLease('webhooks', async (signal) => {
      const lost = once(signal, 'abort');
      void store.close();
      void other.close();
      await lost;
      reasons.push('closed');
    });
    expect(await held).toBe(true);
    expect(reasons).toEqual(['closed']);
  });
});
