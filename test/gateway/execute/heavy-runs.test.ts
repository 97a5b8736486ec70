import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type HeavyLoad, HeavyRuns, type LoopTime } from '../../../gateway/execute/heavy-runs.ts';

/** A third of what may be in the making at first. */
const heavy = 300_000;

let loopTime: LoopTime;
let begun: number;

/** Enters runs, and counts those that have begun. */
function enter(
  runs: HeavyRuns,
  count: number,
  { bytes = heavy, signal = undefined as AbortSignal | undefined } = {},
): void {
  const request = { signal, client: { headers: new Map([['content-length', '77']]) } };
  for (let index = 0; index < count; index += 1) {
    const turn = runs.enter(bytes, request);
    if (turn === undefined) begun += 1;
    else void turn.then(() => (begun += 1));
  }
}

/** Lets some looks pass, between which the process is busy for a part of its time. */
async function pass(looks: number, busy: number): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    loopTime = { active: loopTime.active + 50 * busy, idle: loopTime.idle + 50 * (1 - busy) };
    await vi.advanceTimersByTimeAsync(50);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  loopTime = { active: 1_000, idle: 1_000 };
  begun = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('runs with long answers', () => {
  const create = (load?: HeavyLoad) => new HeavyRuns(load, () => loopTime);

  it('begin in turn, a few at a time, while the process is busy', async () => {
    const runs = create();
    enter(runs, 20);
    await pass(1, 1);
    expect(begun).toBe(3);
    for (let ended = 1; ended <= 17; ended += 1) {
      runs.leave(heavy);
      await pass(1, 1);
    }
    expect(begun, 'the limit has shrunk, but no further than it may').toBe(18);
    for (let ended = 1; ended <= 2; ended += 1) runs.leave(heavy);
    await pass(1, 1);
    expect(begun).toBe(20);
    expect(vi.getTimerCount(), 'nothing is looked at when nobody waits').toBe(0);
  });

  it('begin sooner when the process has time to spare, as it has while subgraphs are slow', async () => {
    const runs = create();
    enter(runs, 100);
    await pass(2, 0.8);
    const soon = begun;
    expect(soon).toBeGreaterThan(3);
    await pass(12, 0.1);
    expect(begun).toBe(100);
    for (let ended = 0; ended < 100; ended += 1) runs.leave(heavy);
    enter(runs, 50);
    await pass(0, 0);
    expect(begun, 'what was learnt stays').toBe(150);
  });

  it('begin hardly more at a time for one moment in which subgraphs are late', async () => {
    const runs = create();
    enter(runs, 200);
    const work = async (looks: number, busy: number) => {
      for (let look = 0; look < looks; look += 1) {
        runs.leave(heavy);
        await pass(1, busy);
      }
    };
    await work(20, 1);
    await work(1, 0.3);
    await work(5, 1);
    expect(begun - 26, 'three at a time before').toBeLessThanOrEqual(4);
  });

  it('begin as many at a time as before, after a time in which there were none', async () => {
    const runs = create();
    enter(runs, 4);
    for (let ended = 0; ended < 4; ended += 1) runs.leave(heavy);
    await pass(2, 0);
    begun = 0;
    enter(runs, 8);
    expect(begun).toBe(3);
  });

  it('leave room for a few, also when one that is very long waits behind a short one', async () => {
    const runs = create();
    enter(runs, 1, { bytes: 20_000 });
    enter(runs, 1, { bytes: 50_000_000 });
    await pass(10, 0.9);
    runs.leave(20_000);
    await pass(0, 0);
    runs.leave(50_000_000);
    begun = 0;
    enter(runs, 8, { bytes: 100_000 });
    expect(begun).toBeGreaterThanOrEqual(5);
  });

  it('begin alone when they are longer than all that there is room for', async () => {
    const runs = create();
    enter(runs, 3, { bytes: 50_000_000 });
    await pass(3, 1);
    expect(begun).toBe(1);
    runs.leave(50_000_000);
    await pass(0, 0);
    expect(begun).toBe(2);
  });

  it('say how long they have to wait in line, as soon as it is known how long others took', async () => {
    const lines: number[] = [];
    const runs = create({ enter: ({ lineMs }) => void lines.push(Math.round(lineMs)), leave: () => {} });
    enter(runs, 13);
    expect(lines.slice(0, 5), 'nothing is known yet').toEqual([0, 0, 0, 0, 0]);
    for (let look = 0; look < 3; look += 1) {
      runs.leave(heavy);
      await pass(1, 1);
    }
    lines.length = 0;
    enter(runs, 2);
    // One in 50 ms, of which seven to eight wait.
    expect(lines[0]).toBeGreaterThanOrEqual(350);
    expect(lines[0]).toBeLessThanOrEqual(400);
    expect(lines[1]).toBe((lines[0] ?? 0) + 50);
  });

  it('wait no longer than somebody waits for them', async () => {
    const runs = create();
    const client = new AbortController();
    enter(runs, 4);
    enter(runs, 1, { signal: client.signal });
    client.abort();
    await pass(0, 0);
    expect(begun).toBe(4);
    enter(runs, 1, { signal: client.signal });
    await pass(0, 0);
    expect(begun).toBe(5);
    for (let ended = 0; ended < 4; ended += 1) runs.leave(heavy);
    await pass(0, 0);
    expect(begun, 'those that left were counted once').toBe(6);
  });

  it('are counted from when they come, before they have their turn, and not when there are too many', async () => {
    const counted: string[] = [];
    const tooMany = new Error('too many');
    const runs = create({
      enter: ({ bytes, bodyLength }) => {
        if (counted.length === 4) throw tooMany;
        counted.push(`+${bytes} ${bodyLength}`);
      },
      leave: (bytes) => void counted.push(`-${bytes}`),
    });
    enter(runs, 4);
    const four = new Array<string>(4).fill(`+${heavy} 77`);
    expect([begun, counted]).toEqual([3, four]);
    expect(() => enter(runs, 1)).toThrow(tooMany);
    enter(runs, 1, { bytes: 16_000 });
    runs.leave(16_000);
    runs.leave(heavy);
    await pass(1, 1);
    expect([begun, counted], 'the fourth has its turn, and the refused one none').toEqual([5, [...four, `-${heavy}`]]);
  });

  it('leave those alone that have short ones', () => {
    const runs = create();
    enter(runs, 1_000, { bytes: 16_000 });
    expect(begun).toBe(1_000);
    runs.leave(16_000);
    enter(runs, 3);
    expect(begun).toBe(1_003);
  });
});
