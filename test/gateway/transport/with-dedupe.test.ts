import { describe, expect, it } from 'vitest';
import { StopSignal } from '../../../gateway/lib/stop-signal.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import type { OutgoingRequest } from '../../../gateway/transport/call.ts';
import type { Cancellation } from '../../../gateway/transport/cancellation.ts';
import { withDedupe } from '../../../gateway/transport/with-dedupe.ts';

const query: OutgoingRequest = { kind: 'query', method: 'POST', path: '/', headers: [], body: '{}' };

describe('withDedupe', () => {
  it.each([
    [10_000, 1_000],
    [300, 150],
  ])('with %i ms for a call joins none that is older than %i ms', (timeoutMs, joinMs) => {
    let nowMs = 0;
    let calls = 0;
    const stalled = () => {
      calls++;
      return new Promise<string>(() => {});
    };
    const upstream = { subgraph: 'products', dedupe: true, timeoutMs, fairMs: 1_000, telemetry: noTelemetry };
    const call = withDedupe(
      stalled,
      upstream,
      (answer) => answer,
      () => nowMs,
    );
    const callsAt = (ms: number) => {
      nowMs = ms;
      call(query, undefined);
      return calls;
    };
    expect([callsAt(0), callsAt(joinMs), callsAt(joinMs + 1), callsAt(2 * joinMs)]).toEqual([1, 1, 2, 2]);
  });

  it('forgets a call that has ended, but not the younger one that took its place', async () => {
    let nowMs = 0;
    const ends: ((answer: string) => void)[] = [];
    const held = () => new Promise<string>((resolve) => ends.push(resolve));
    const upstream = { subgraph: 'products', dedupe: true, timeoutMs: 10_000, fairMs: 1_000, telemetry: noTelemetry };
    const call = withDedupe(
      held,
      upstream,
      (answer) => `shared ${answer}`,
      () => nowMs,
    );
    const old = call(query, undefined);
    nowMs = 1_001;
    const young = call(query, undefined);
    ends[0]?.('old');
    expect(await old).toBe('old');
    const joined = call(query, undefined);
    ends[1]?.('young');
    expect(await Promise.all([young, joined])).toEqual(['shared young', 'shared young']);
    call(query, undefined);
    expect(ends).toHaveLength(3);
  });

  it('joins none that began before a mutation ended', async () => {
    const ends: ((answer: string) => void)[] = [];
    const held = () => new Promise<string>((resolve) => ends.push(resolve));
    const upstream = { subgraph: 'products', dedupe: true, timeoutMs: 10_000, fairMs: 1_000, telemetry: noTelemetry };
    const call = withDedupe(held, upstream, (answer) => answer);
    call(query, undefined);
    const mutation = call({ ...query, kind: 'mutation' }, undefined);
    call(query, undefined);
    expect(ends).toHaveLength(2);
    ends[1]?.('done');
    await mutation;
    call(query, undefined);
    expect(ends).toHaveLength(3);
  });

  it('joins only what is equal in all that is sent', () => {
    const asked: OutgoingRequest[] = [];
    const upstream = { subgraph: 'products', dedupe: true, timeoutMs: 10_000, fairMs: 1_000, telemetry: noTelemetry };
    const call = withDedupe(
      (request: OutgoingRequest) => {
        asked.push(request);
        return new Promise<string>(() => {});
      },
      upstream,
      (answer) => answer,
      () => 0,
    );
    const headers = ['accept', 'a', 'authorization', 'Bearer ada'];
    const different: OutgoingRequest[] = [
      { ...query, headers },
      { ...query, headers, method: 'GET' },
      { ...query, headers, path: '/?a=1' },
      { ...query, headers, body: '{ }' },
      { ...query, headers, body: undefined },
      { ...query, headers: [...headers.slice(0, 3), 'Bearer bob'] },
      { ...query, headers: [...headers.slice(0, 2), 'x-authorization', 'Bearer ada'] },
      { ...query, headers: [...headers, 'x-user', 'bob'] },
      { ...query, headers: headers.slice(0, 2) },
    ];
    for (const request of [...different, ...different.map((one) => ({ ...one, headers: [...one.headers] }))]) {
      call(request, undefined);
    }
    expect(asked).toEqual(different);
  });

  it.each([
    ['query', true],
    ['query', false],
    ['subscription', true],
  ] as const)(
    'blames a %s for the time of an operation when it had half of that, joined or not: %s',
    async (kind, dedupe) => {
      const outcomeAfter = async (ms: number, reason: Error) => {
        let nowMs = 0;
        const cancellations: Cancellation[] = [];
        const stalled = (_request: OutgoingRequest, cancellation: Cancellation) => {
          cancellations.push(cancellation);
          return new Promise<string>(() => {});
        };
        const upstream = { subgraph: 'products', dedupe, timeoutMs: 10_000, fairMs: 1_000, telemetry: noTelemetry };
        const call = withDedupe(
          stalled,
          upstream,
          (answer) => answer,
          () => nowMs,
        );
        const signal = new StopSignal(2_000);
        const answer = call({ ...query, kind }, signal);
        nowMs = ms;
        signal.abort(reason);
        await expect(answer).rejects.toThrow();
        return cancellations.map(({ reason, isLate }) => reason && (isLate ? 'failed' : 'cancelled'));
      };
      const timeUp = new DOMException('The operation took too long.', 'TimeoutError');
      expect(await outcomeAfter(1_000, timeUp)).toEqual(['failed']);
      expect(await outcomeAfter(999, timeUp)).toEqual(['cancelled']);
      expect(await outcomeAfter(2_000, new DOMException('left', 'AbortError'))).toEqual(['cancelled']);
    },
  );
});
