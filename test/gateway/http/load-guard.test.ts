import { describe, expect, it, vi } from 'vitest';
import { LoadGuard } from '../../../gateway/http/load-guard.ts';
import { LoopDelay, samplingMs } from '../../../gateway/http/loop-delay.ts';

const limits = { maxConcurrency: 1_000, maxEventLoopDelay: 40, maxBacklog: 0, maxStreams: 2 };
const overloaded = expect.objectContaining({ code: 'OVERLOADED', status: 503, headers: { 'retry-after': '1' } });

function createGuard() {
  const shed: string[] = [];
  return { guard: new LoadGuard((reason) => shed.push(reason)), shed };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Keeps the event loop busy for longer than it may be. */
function block(): void {
  const end = performance.now() + 3 * limits.maxEventLoopDelay;
  while (performance.now() < end);
}

describe('LoadGuard', () => {
  it('refuses requests beyond the most, until one has left, and counts each once', () => {
    const { guard, shed } = createGuard();
    const few = { ...limits, maxConcurrency: 2 };
    const [leave] = [guard.enter(few), guard.enter(few)];
    expect(guard.isOverloaded(few)).toBe(true);
    expect(() => guard.enter(few)).toThrow(overloaded);
    leave();
    leave();
    expect([guard.requests, guard.isOverloaded(few)]).toEqual([1, false]);
    guard.enter(few);
    expect(() => guard.enter(few)).toThrow(overloaded);
    expect(() => guard.enter({ ...few, maxConcurrency: 3 })).not.toThrow();
    expect(shed).toEqual(['concurrency', 'concurrency']);
  });

  it('counts streams apart', () => {
    const { guard, shed } = createGuard();
    const one = { ...limits, maxConcurrency: 1 };
    const [close] = [guard.openStream(one), guard.openStream(one)];
    expect(() => guard.openStream(one)).toThrow(overloaded);
    guard.enter(one);
    close();
    close();
    guard.openStream(one);
    expect(() => guard.openStream(one)).toThrow(overloaded);
    expect([guard.streams, guard.requests, shed]).toEqual([2, 1, ['streams', 'streams']]);
  });

  it('refuses while many requests keep the event loop late, soon again after that, and never few', async () => {
    const { guard, shed } = createGuard();
    const enter = (count: number) => Array.from({ length: count }, () => guard.enter(limits));
    const leaves = enter(99);
    for (let turn = 0; turn < 6; turn++) await nextTurn().then(block);
    expect(guard.isOverloaded(limits)).toBe(false);
    leaves.push(...enter(20));
    block();
    await nextTurn();
    expect(guard.isOverloaded(limits), 'late once').toBe(false);
    for (let turn = 0; turn < 6; turn++) await nextTurn().then(block);
    expect(() => guard.enter(limits)).toThrow(overloaded);
    expect(guard.isOverloaded({ ...limits, maxEventLoopDelay: 0 })).toBe(false);
    expect(shed).toEqual(['event_loop']);

    await vi.waitFor(() => expect(guard.isOverloaded(limits)).toBe(false), { timeout: 5_000, interval: 5 });
    block();
    expect(guard.isOverloaded(limits), 'late again soon').toBe(true);
    for (const leave of leaves) leave();
    expect([guard.requests, guard.isOverloaded(limits)]).toEqual([0, false]);
  });

  it('refuses while the event loop never rests and many are in flight that will take too long', async () => {
    const { guard, shed } = createGuard();
    const soon = { ...limits, maxEventLoopDelay: 0, maxBacklog: 500 };
    let isBusy = true;
    const turnOver = () => isBusy && setImmediate(turnOver);
    turnOver();
    const leaves = Array.from({ length: 120 }, () => guard.enter(soon));
    await vi.waitFor(() => expect(guard.isOverloaded(soon)).toBe(true), { timeout: 5_000, interval: 5 });
    expect(() => guard.enter(soon)).toThrow(overloaded);
    expect([guard.isOverloaded({ ...soon, maxBacklog: 0 }), shed]).toEqual([false, ['backlog']]);
    for (const leave of leaves.splice(99)) leave();
    expect(guard.isOverloaded(soon), 'few').toBe(false);
    isBusy = false;
    for (const leave of leaves) leave();
  });
});

describe('LoopDelay', () => {
  const maxMs = 100;
  /** Whether it is behind after each turn that was so late, in milliseconds. */
  function after(...lateness: readonly number[]): readonly boolean[] {
    const delay = new LoopDelay();
    let nowMs = 1_000;
    delay.begin(nowMs);
    return lateness.map((lateMs) => {
      nowMs += samplingMs + lateMs;
      delay.turn(nowMs, maxMs);
      return delay.isBehind(nowMs, maxMs);
    });
  }

  it.each<[string, readonly number[], readonly boolean[]]>([
    ['is late once or twice', [0, 900, 0, 500, 500, 0], [false, false, false, false, false, false]],
    ['is late again and again', [101, 101, 101, 101], [false, false, true, true]],
    ['is as late as it may be', [100, 100, 100, 100], [false, false, false, false]],
    ['has caught up by half', [101, 101, 101, 60, 51, 50, 60], [false, false, true, true, true, false, false]],
    ['is late soon after', [101, 101, 101, 0, 101, 0], [false, false, true, false, true, false]],
    ['is late long after', [101, 101, 101, 0, ...new Array<number>(300).fill(0), 101], [false, false, true]],
  ])('of a loop that %s', (_name, lateness, expected) => {
    const behind = after(...lateness);
    expect(behind.slice(0, expected.length)).toEqual(expected);
    expect(behind.slice(expected.length).some(Boolean)).toBe(false);
  });
});
