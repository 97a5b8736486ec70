import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CountChannel } from '../../../gateway/cluster/count-channel.ts';
import type { KeyAsk } from '../../../gateway/cluster/messages.ts';
import { RemoteKeys } from '../../../gateway/cluster/remote-keys.ts';
import { SharedKeys } from '../../../gateway/cluster/shared-keys.ts';

const limits = { keepForMs: 60_000, bytesMax: 1_000_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two workers and who keeps keys for them, and answers as long as it is not `stuck`. */
function createWorkers() {
  const shared = new SharedKeys();
  const state = { isStuck: false };
  const waiting: (() => void)[] = [];
  const stores = [1, 2].map((number) => {
    const channel: CountChannel = new CountChannel({
      send: (asks) => {
        const answer = () => {
          for (const ask of structuredClone(asks) as readonly KeyAsk[]) channel.receive(shared.answer(number, ask));
        };
        if (state.isStuck) waiting.push(answer);
        else answer();
      },
      onStalled: () => {},
    });
    const store = new RemoteKeys(channel).within(limits);
    return async (key: string, payload = 'a') => {
      const claiming = Promise.resolve(store.claim(key, payload));
      claiming.catch(() => undefined);
      await vi.advanceTimersByTimeAsync(1);
      return await claiming;
    };
  });
  const [one, two] = stores;
  if (one === undefined || two === undefined) throw new Error('There are two.');
  const wakeUp = async () => {
    state.isStuck = false;
    for (const answer of waiting.splice(0)) answer();
    await vi.advanceTimersByTimeAsync(1);
  };
  return { one, two, shared, state, wakeUp };
}

it('has one worker run what all are sent, and give the others its answer', async () => {
  const { one, two } = createWorkers();
  const first = await one('k');
  expect(first.kind).toBe('taken');
  const second = await two('k');
  expect(second.kind).toBe('running');
  expect((await two('k', 'b')).kind).toBe('other');
  if (first.kind === 'taken') first.hold.keep('the answer');
  await vi.advanceTimersByTimeAsync(60);
  if (second.kind === 'running') await second.changed;
  expect(await two('k')).toEqual({ kind: 'kept', text: 'the answer' });
  expect((await two('k', 'b')).kind).toBe('other');
});

it('lets another worker run what was not run', async () => {
  const { one, two } = createWorkers();
  const first = await one('k');
  if (first.kind === 'taken') first.hold.release();
  await vi.advanceTimersByTimeAsync(1);
  const second = await two('k');
  expect(second.kind).toBe('taken');
  if (second.kind === 'taken') second.hold.keep(undefined);
  await vi.advanceTimersByTimeAsync(1);
  expect((await one('k')).kind).toBe('lost');
});

it('has nobody run again what a worker was running when it ended', async () => {
  const { one, two, shared } = createWorkers();
  expect((await one('k')).kind).toBe('taken');
  expect((await two('other')).kind).toBe('taken');
  shared.forget(1);
  expect((await two('k')).kind).toBe('lost');
  expect((await one('other')).kind).toBe('running');
});

it('runs nothing while it cannot be told whether it was run, and claims nothing for it', async () => {
  const { one, two, state, wakeUp } = createWorkers();
  state.isStuck = true;
  const claiming = expect(one('k')).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(1_100);
  await claiming;
  await wakeUp();
  expect((await two('k')).kind).toBe('taken');
});
