import { afterEach, describe, expect, it, vi } from 'vitest';
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

afterEach(() => {
  vi.useRealTimers();
});

/** A guard of an event loop that is as busy as a test wants it. */
function createLoop() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const time = { nowMs: 0, idleMs: 0 };
  const shed: string[] = [];
  const guard = new LoadGuard(
    (reason) => shed.push(reason),
    () => ({ ...time }),
  );
  const soon = { ...limits, maxEventLoopDelay: 0, maxBacklog: 500 };
  return {
    guard,
    shed,
    soon,
    enter: (count: number, bodyLength?: string) => Array.from({ length: count }, () => guard.enter(soon, bodyLength)),
    /** Lets time pass, `work` every 20 ms. */
    pass(ms: number, rested: number, work: () => void = () => {}): void {
      for (let passed = 0; passed < ms; passed += samplingMs) {
        work();
        time.nowMs += samplingMs;
        time.idleMs += rested * samplingMs;
        vi.advanceTimersByTime(samplingMs);
      }
    },
  };
}

describe('heavy runs of a busy process', () => {
  const bytes = 100_000;
  const run = (bytes: number, bodyLength?: string, lineMs = 0) => ({ bytes, bodyLength, lineMs });
  const tooManyHeavy = expect.objectContaining({ code: 'OVERLOADED', message: expect.stringMatching(/long answers/) });

  /** So many heavy runs in flight that no more are taken: one ends in 20 ms, which makes 25 in time. */
  function createFull() {
    const loop = createLoop();
    const { guard, soon } = loop;
    const leaves: (() => void)[] = [];
    const begin = (count: number) => {
      for (let begun = 0; begun < count; begun += 1) {
        leaves.push(...loop.enter(1));
        guard.enterHeavy({ ...soon, maxBacklog: 0 }, run(bytes));
      }
    };
    const end = (count: number) => {
      for (const leave of leaves.splice(0, count)) {
        guard.leaveHeavy(bytes);
        leave();
      }
    };
    const endOne = () => {
      end(1);
      begin(1);
    };
    begin(250);
    loop.pass(1_000, 0, endOne);
    return { ...loop, begin, end, endOne };
  }

  it('are refused beyond what can be answered in time, and nothing else is', () => {
    const { guard, soon, shed, enter, end } = createFull();
    enter(99);
    expect(() => guard.enterHeavy(soon, run(bytes))).toThrow(tooManyHeavy);
    expect(() => guard.enterHeavy(soon, run(20_000))).toThrow(overloaded);
    expect([guard.isOverloaded(soon), shed]).toEqual([false, ['heavy', 'heavy']]);
    end(226);
    guard.enterHeavy(soon, run(5_000_000));
    expect(() => guard.enterHeavy(soon, run(1))).toThrow(tooManyHeavy);
  });

  it('are refused at the door when there are many and one with a body as long was refused, as long as there is no room', () => {
    const { guard, soon, shed, enter, pass, begin, end, endOne } = createFull();
    const refuse = (bodyLength: string) =>
      expect(() => guard.enterHeavy(soon, run(bytes, bodyLength))).toThrow(tooManyHeavy);
    for (const bodyLength of ['900', '902', '900']) refuse(bodyLength);
    enter(1, '900');
    refuse('902');
    expect(() => enter(1, '900')).toThrow(overloaded);
    enter(1, '901');
    enter(1);
    expect(() => guard.enter({ ...soon, maxBacklog: 0 }, '900')).not.toThrow();
    expect(shed).toEqual(new Array<string>(5).fill('heavy'));
    enter(80);
    end(226);
    enter(1, '900');
    begin(226);
    expect(() => enter(1, '900')).toThrow(overloaded);
    for (let length = 1_000; length < 1_032; length += 1) refuse(String(length));
    enter(1, '900');
    expect(() => enter(1, '1031')).toThrow(overloaded);
    pass(samplingMs, 0, endOne);
    enter(1, '1031');
    pass(3_000, 0.5, endOne);
    pass(1_000, 0, endOne);
    for (let refused = 0; refused < 4; refused += 1) refuse('900');
    expect(() => enter(1, '900')).toThrow(overloaded);
    enter(1, '1031');
  });

  it('are refused from the first moment where it is known that those before them take longer than they may wait', () => {
    const { guard, soon, enter, pass } = createLoop();
    const line = (lineMs: number) => guard.enterHeavy(soon, run(bytes, '900', lineMs));
    enter(110);
    for (let begun = 0; begun < 10; begun += 1) line(501);
    expect(() => line(500), 'as long as it may').not.toThrow();
    for (let refused = 0; refused < 4; refused += 1) expect(() => line(501)).toThrow(tooManyHeavy);
    expect(() => enter(1, '900'), 'it is known by now how long their bodies are').toThrow(overloaded);
    pass(samplingMs, 0);
    enter(1, '900');
    expect(() => line(500), 'the line is shorter again').not.toThrow();
    enter(1, '900');
    expect(() => guard.enterHeavy({ ...soon, maxBacklog: 0 }, run(bytes, '900', 9_000))).not.toThrow();
  });

  it('are not refused while few requests are in flight, nor where nothing shall be, nor once the process rests', () => {
    const { guard, soon, pass, enter, end } = createFull();
    expect(() => guard.enterHeavy({ ...soon, maxBacklog: 0 }, run(bytes))).not.toThrow();
    enter(40);
    end(211);
    guard.enterHeavy({ ...soon, maxBacklog: 0 }, run(5_000_000));
    expect(() => guard.enterHeavy(soon, run(bytes))).not.toThrow();
    enter(21);
    expect(() => guard.enterHeavy(soon, run(bytes)), 'the 100th request').toThrow(tooManyHeavy);
    pass(2_000, 0.5);
    expect(() => guard.enterHeavy(soon, run(bytes))).not.toThrow();
  });

  it('are taken while they are few, however busy the process is with light ones', () => {
    const { guard, soon, enter, pass, end } = createFull();
    end(240);
    enter(100);
    pass(5_000, 0);
    guard.enterHeavy(soon, run(bytes));
    expect(() => guard.enterHeavy(soon, run(bytes))).toThrow(tooManyHeavy);
  });

  it('do not count as what light requests wait for', () => {
    const { guard, soon, shed, enter, pass, endOne } = createFull();
    pass(1_000, 0, () => {
      endOne();
      for (const leave of enter(4)) leave();
    });
    enter(99);
    expect(guard.isOverloaded(soon)).toBe(false);
    enter(1);
    expect(guard.isOverloaded(soon)).toBe(true);
    expect(() => enter(1)).toThrow(overloaded);
    expect(shed).toEqual(['backlog']);
  });
});

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
