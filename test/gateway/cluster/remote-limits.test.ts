import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CountChannel } from '../../../gateway/cluster/count-channel.ts';
import type { CountAsk } from '../../../gateway/cluster/messages.ts';
import { RemoteConcurrency } from '../../../gateway/cluster/remote-concurrency.ts';
import { RemoteLimitStore } from '../../../gateway/cluster/remote-limit-store.ts';
import { SharedCounter } from '../../../gateway/cluster/shared-counter.ts';
import { rateLimitSection } from '../../../gateway/config/rate-limit.ts';
import type { Debit } from '../../../gateway/store/bucket.ts';
import { MemoryLimitStore } from '../../../gateway/store/memory-limit-store.ts';
import { toLimit } from '../../../gateway/store/to-limit.ts';

const configOf = (...rules: Record<string, unknown>[]) => rateLimitSection.parse({ rules });
const debitsOf = (config: ReturnType<typeof configOf>, amount = 1): readonly Debit[] =>
  config.rules.flatMap((rule) => {
    const limit = toLimit(rule);
    return limit === undefined ? [] : [{ limit, subject: 'ada', amount }];
  });
const ten = configOf({ per: 'client', limit: '10/day' });
const slots = [{ rule: { name: 'four', concurrency: 4 }, subject: 'ada' }];

/** Two workers and what counts for them, which answers as long as it is not `stuck`. */
function createWorkers(counter: SharedCounter) {
  const state = { isStuck: false };
  const waiting: (() => void)[] = [];
  const workers = [1, 2].map((number) => {
    const stalls: boolean[] = [];
    const channel: CountChannel = new CountChannel({
      send: (asks) => {
        const count = () => channel.receive(counter.count(number, structuredClone(asks) as readonly CountAsk[]));
        if (state.isStuck) waiting.push(count);
        else count();
      },
      onStalled: (isStalled) => stalls.push(isStalled),
    });
    const local = new MemoryLimitStore({ now: () => performance.now(), bucketsMax: 10 });
    return {
      stalls,
      limits: new RemoteLimitStore({ channel, local, share: 1 / 2 }),
      concurrency: new RemoteConcurrency(channel, 1 / 2),
    };
  });
  const [one, two] = workers;
  if (one === undefined || two === undefined) throw new Error('There are two.');
  const wakeUp = () => {
    state.isStuck = false;
    for (const count of waiting.splice(0)) count();
  };
  return { one, two, state, wakeUp };
}

const kinds = async (decisions: readonly (unknown | Promise<unknown>)[]) =>
  (await Promise.all(decisions)).map((decision) => (decision as { kind: string }).kind);
const times = <Item>(count: number, make: () => Item) => Array.from({ length: count }, make);

describe('workers', () => {
  it('give out each limit once between them, and give back what was too much', async () => {
    const counter = new SharedCounter(ten);
    const { one, two } = createWorkers(counter);
    const taken = await kinds([
      ...times(8, () => one.limits.take(debitsOf(ten))),
      ...times(8, () => two.limits.take(debitsOf(ten))),
    ]);
    expect(taken.filter((kind) => kind === 'taken')).toHaveLength(10);
    const fresh = createWorkers(new SharedCounter(ten));
    const all = await fresh.one.limits.take(debitsOf(ten, 10));
    if (all.kind !== 'taken') throw new Error('It was not taken.');
    all.correct([-4]);
    await turn();
    expect(await fresh.two.limits.take(debitsOf(ten, 4))).toMatchObject({ kind: 'taken', states: [{ remaining: 0 }] });
  });

  it('hold what is in flight within a limit between them, until it ends or its worker does', async () => {
    const counter = new SharedCounter(ten);
    const { one, two } = createWorkers(counter);
    const entered = await Promise.all(times(3, () => one.concurrency.enter(slots)));
    expect(await kinds(times(2, () => two.concurrency.enter(slots)))).toEqual(['entered', 'full']);
    for (const { kind, ...rest } of entered.slice(0, 1)) if (kind === 'entered' && 'leave' in rest) rest.leave();
    await turn();
    expect(await kinds(times(2, () => two.concurrency.enter(slots)))).toEqual(['entered', 'full']);
    counter.forget(1);
    expect(await kinds(times(3, () => two.concurrency.enter(slots)))).toEqual(['entered', 'entered', 'full']);
  });

  it('count each by the amount of its own configuration while they change over', async () => {
    const [former, next] = [configOf({ per: 'client', quota: '2/day' }), configOf({ per: 'client', quota: '5/day' })];
    const counter = new SharedCounter(former);
    counter.admit(next);
    const { one, two } = createWorkers(counter);
    expect(await kinds(times(3, () => one.limits.take(debitsOf(former))))).toEqual(['taken', 'taken', 'refused']);
    expect(await kinds(times(4, () => two.limits.take(debitsOf(next))))).toEqual([
      'taken',
      'taken',
      'taken',
      'refused',
    ]);
    counter.keepOnly(next);
    expect(
      counter.list(
        debitsOf(next).map(({ limit }) => limit),
        '',
      ).uses,
    ).toMatchObject([{ used: 5 }]);
    counter.keepOnly(ten);
    expect(
      counter.list(
        debitsOf(next).map(({ limit }) => limit),
        '',
      ).uses,
    ).toEqual([]);
  });
});

describe('while the primary does not answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('requests wait for a second at most, and then each worker gives out its part at once', async () => {
    const counter = new SharedCounter(ten);
    const { one, state, wakeUp } = createWorkers(counter);
    state.isStuck = true;
    const late = [one.limits.take(debitsOf(ten)), one.concurrency.enter(slots)];
    await turn();
    await vi.advanceTimersByTimeAsync(999);
    expect(one.stalls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(one.stalls).toEqual([true]);
    expect(await kinds(late)).toEqual(['taken', 'entered']);
    expect(await kinds(times(6, () => one.limits.take(debitsOf(ten))))).toEqual([
      ...times(4, () => 'taken'),
      'refused',
      'refused',
    ]);
    expect(await kinds(times(2, () => one.concurrency.enter(slots)))).toEqual(['entered', 'full']);
    wakeUp();
    await turn();
    expect(one.stalls).toEqual([true, false]);
    // What was asked too late is given back, and all of both is there.
    expect(await kinds(times(11, () => one.limits.take(debitsOf(ten))))).toEqual([
      ...times(10, () => 'taken'),
      'refused',
    ]);
    expect(await kinds(times(5, () => one.concurrency.enter(slots)))).toEqual([...times(4, () => 'entered'), 'full']);
  });
});
