import { setTimeout as delay } from 'node:timers/promises';

/** One request of a load, and what has come of it so far. */
export interface SentRequest<Answer> {
  readonly index: number;
  readonly sentMs: number;
  /** `undefined` as long as it is under way. */
  tookMs: number | undefined;
  answer: Answer | undefined;
  /** What was thrown where no answer came. */
  failure: unknown;
}

export interface ConstantLoad<Answer> {
  /** In the order in which they were sent. */
  readonly sent: readonly SentRequest<Answer>[];
  /** Resolves when `count` more requests have been sent, with these. */
  readonly more: (count: number) => Promise<readonly SentRequest<Answer>[]>;
  /** Lets the requests in flight end. */
  readonly stop: () => Promise<void>;
}

const tickMs = 2;
/** What a machine that was busy elsewhere makes late is not made up for all at once. */
const lateMs = 20;

/** Sends so many requests a second, whether those before were answered or not, as a crowd does. */
export function startConstantLoad<Answer>(
  perSecond: number,
  send: (index: number) => Promise<Answer>,
): ConstantLoad<Answer> {
  const sent: SentRequest<Answer>[] = [];
  const inFlight = new Set<Promise<void>>();
  let tickedMs = performance.now();
  let due = 0;
  const sendOne = async (request: SentRequest<Answer>) => {
    try {
      request.answer = await send(request.index);
    } catch (error) {
      request.failure = error ?? new Error('It failed.');
    }
    request.tookMs = performance.now() - request.sentMs;
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    due += (Math.min(nowMs - tickedMs, lateMs) * perSecond) / 1_000;
    tickedMs = nowMs;
    for (; due >= 1; due--) {
      const request = {
        ...{ index: sent.length, sentMs: performance.now() },
        ...{ tookMs: undefined, answer: undefined, failure: undefined },
      };
      sent.push(request);
      const ended = sendOne(request).finally(() => inFlight.delete(ended));
      inFlight.add(ended);
    }
  }, tickMs);
  return {
    sent,
    async more(count) {
      const { length } = sent;
      while (sent.length < length + count) await delay(5);
      return sent.slice(length, length + count);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(inFlight);
    },
  };
}
