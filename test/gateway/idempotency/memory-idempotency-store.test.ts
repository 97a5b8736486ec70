import { beforeEach, describe, expect, it } from 'vitest';
import type { Claim, Hold } from '../../../gateway/idempotency/idempotency-store.ts';
import { MemoryIdempotencyStore } from '../../../gateway/idempotency/memory-idempotency-store.ts';

describe('Idempotency-Keys in memory', () => {
  let nowMs = 0;
  let memory: MemoryIdempotencyStore;
  beforeEach(() => {
    nowMs = 0;
    memory = new MemoryIdempotencyStore({ now: () => nowMs });
  });

  const within = (bytesMax = 1_000_000) => memory.within({ keepForMs: 1_000, bytesMax });
  async function take(key: string, store = within()): Promise<Hold> {
    const claim: Claim = await store.claim(key, 'p');
    if (claim.kind !== 'taken') throw new Error(`The key is ${claim.kind}.`);
    return claim.hold;
  }
  const kindOf = async (key: string, store = within()) => (await store.claim(key, 'p')).kind;

  it('are kept for their time, and then free again', async () => {
    (await take('a')).keep('text');
    nowMs = 999;
    expect(await within().claim('a', 'p')).toEqual({ kind: 'kept', text: 'text' });
    expect(await within().claim('a', 'q')).toEqual({ kind: 'other' });
    nowMs = 1_000;
    await take('a');
    expect(await within().claim('a', 'q')).toEqual({ kind: 'other' });
  });

  it('tell those who wait when they are settled, and are free once they are released', async () => {
    const hold = await take('a');
    const claim = await within().claim('a', 'p');
    if (claim.kind !== 'running') throw new Error('Somebody runs it.');
    hold.release();
    await claim.changed;
    const again = await take('a');
    const waiting = await within().claim('a', 'p');
    again.keep(undefined);
    if (waiting.kind === 'running') await waiting.changed;
    expect(await kindOf('a')).toBe('lost');
  });

  it('take no more memory than they may: the oldest go first, and none that is still run', async () => {
    const running = await take('running');
    for (const key of ['a', 'b', 'c']) (await take(key)).keep('x'.repeat(1_000));
    const little = within(5_500);
    expect([await kindOf('b', little), await kindOf('c', little)]).toEqual(['kept', 'kept']);
    expect([await kindOf('a', little), await kindOf('running', little)]).toEqual(['taken', 'running']);
    running.keep('y'.repeat(10_000));
    expect(await kindOf('running', little)).toBe('taken');
    expect(await kindOf('c', little)).toBe('taken');
  });
});
