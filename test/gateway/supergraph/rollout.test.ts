import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { Rollout } from '../../../gateway/supergraph/rollout.ts';

const keys = Array.from({ length: 2_000 }, (_, index) => `client ${index}`);

describe('Rollout', () => {
  let closed: string[];
  let rollout: Rollout<{ readonly name: string; readonly close: () => Promise<void> }>;
  const contents = (name: string) => ({ name, close: async () => void closed.push(name) });
  const nameFor = (key: string) => {
    const lease = rollout.take(key);
    lease?.release();
    return lease?.contents.name;
  };
  const whoTries = () => new Set(keys.filter((key) => nameFor(key) === 'tried'));
  beforeEach(() => {
    closed = [];
    rollout = new Rollout((error) => {
      throw error;
    });
    void rollout.swap(contents('stable'));
  });

  it('gives a version to a share of the clients, the same ones while the share grows', () => {
    expect(whoTries().size).toBe(0);
    rollout.try(7, contents('tried'), 5);
    let before = new Set<string>();
    for (const percent of [5, 25, 50, 100]) {
      rollout.share(percent);
      const now = whoTries();
      expect(Math.abs(now.size / keys.length - percent / 100)).toBeLessThan(0.03);
      expect([...before].filter((key) => !now.has(key))).toEqual([]);
      before = now;
    }
    expect(before.size).toBe(keys.length);
  });

  it('has others try another version', () => {
    rollout.try(7, contents('tried'), 25);
    const first = whoTries();
    rollout.try(8, contents('tried'), 25);
    const second = whoTries();
    expect([...first].filter((key) => second.has(key)).length).toBeLessThan(first.size / 2);
    expect(closed).toEqual(['tried']);
  });

  it('makes what is tried the stable one without closing it, and closes the former one after its last request', async () => {
    const old = rollout.take('somebody');
    rollout.try(7, contents('tried'), 100);
    const young = rollout.take('somebody');
    rollout.promote();
    expect([rollout.tried, rollout.stable?.name, nameFor('anybody')]).toEqual([undefined, 'tried', 'tried']);
    young?.release();
    expect(closed).toEqual([]);
    old?.release();
    await turn();
    expect(closed).toEqual(['stable']);
    await rollout.swap(undefined);
    expect(closed).toEqual(['stable', 'tried']);
  });

  it('takes what is tried back from all, and closes it after its last request', async () => {
    rollout.try(7, contents('tried'), 100);
    const lease = rollout.take('somebody');
    const aborted = rollout.abort();
    expect([rollout.tried, nameFor('somebody'), closed]).toEqual([undefined, 'stable', []]);
    lease?.release();
    await aborted;
    expect(closed).toEqual(['tried']);
    rollout.share(50);
    rollout.promote();
    expect(nameFor('somebody')).toBe('stable');
  });
});
