import { describe, expect, it } from 'vitest';
import { allBreaker } from '../../../gateway/config/resilience.ts';
import type { Answered, OutgoingRequest } from '../../../gateway/transport/call.ts';
import type { Cancellation } from '../../../gateway/transport/cancellation.ts';
import type { Endpoint } from '../../../gateway/transport/endpoints/endpoint.ts';
import type { Endpoints } from '../../../gateway/transport/endpoints/endpoints.ts';
import { Breaker } from '../../../gateway/transport/resilience/breaker.ts';
import { EndpointBreakers } from '../../../gateway/transport/resilience/endpoint-breakers.ts';
import { withTimeLeft } from '../../../gateway/transport/resilience/with-time-left.ts';
import { subgraphFault } from '../../../gateway/transport/subgraph-fault.ts';
import { withEndpoint } from '../../../gateway/transport/with-endpoint.ts';
import {
  answer,
  type Ending,
  fakeEndpoint,
  good,
  httpError,
  query,
  unreachable,
  unreadable,
  wanted,
} from './resilience/fake-calls.ts';

/** Three endpoints of which the first is chosen that was not asked yet and is not vetoed; `told` is what they are told. */
function createEndpoints(isVetoed: (endpoint: Endpoint) => boolean = () => false) {
  const list = ['a', 'b', 'c'].map((name) => fakeEndpoint(name));
  const told: string[] = [];
  const endpoints: Endpoints = {
    choose(_request, asked) {
      const chosen = list.find((one) => !asked.includes(one) && !isVetoed(one)) ?? list[0];
      if (chosen === undefined) throw unreachable();
      return chosen;
    },
    began: ({ name }) => told.push(`${name} began`),
    ended: ({ name }, outcome, durationMs) => told.push(`${name} ${outcome} ${durationMs}`),
    list: () => list,
    groups: { weights: () => new Map(), setWeights: () => {}, trialOf: () => undefined, observe: () => () => {} },
    router: undefined,
    nextShadow: () => undefined,
    found: new Map(),
    looked: Promise.resolve(),
    close: () => {},
  };
  return { endpoints, told, list };
}

describe('withEndpoint', () => {
  it.each<[string, Ending, 'answered' | 'failed' | 'cancelled', ((cancellation: Cancellation) => void)?]>([
    ['an answer', good, 'answered'],
    ['a refusal', answer(404), 'answered'],
    ['a failure', answer(500), 'failed'],
    ['a failure that was read', httpError(503), 'failed'],
    ['a refusal that was read', httpError(429), 'answered'],
    ['what was not asked for', unreadable(), 'failed'],
    ['too much', subgraphFault('SUBGRAPH_INVALID_RESPONSE', 'a', undefined, { kind: 'size' }), 'answered'],
    ['no connection', unreachable(), 'failed'],
    ['a fault of the gateway', new TypeError('fault'), 'cancelled'],
    ['no answer in time', unreachable(), 'failed', (one) => one.expire(unreachable())],
    ['no answer that is waited for', unreachable(), 'cancelled', (one) => one.cancel(unreachable())],
  ])('tells an endpoint of %s how it did, and passes that on', async (_name, ending, outcome, act) => {
    const { endpoints, told, list } = createEndpoints();
    let nowMs = 100;
    const call = withEndpoint<OutgoingRequest, Answered>(
      (request, endpoint, cancellation) => {
        expect([request, endpoint]).toEqual([query, list[0]]);
        nowMs += 7;
        act?.(cancellation);
        return ending instanceof Error ? Promise.reject(ending) : Promise.resolve(ending);
      },
      { endpoints, breakers: undefined, now: () => nowMs },
    );
    expect(await call(query, wanted()).catch((error: unknown) => error)).toBe(ending);
    expect(told).toEqual(['a began', `a ${outcome} 7`]);
  });

  it('asks others for calls that were made before, in all that were', async () => {
    const { endpoints, list } = createEndpoints();
    const asked: Endpoint[] = [];
    const call = withEndpoint<OutgoingRequest, Answered>(
      (_request, endpoint) => {
        asked.push(endpoint);
        return Promise.reject(unreachable());
      },
      { endpoints, breakers: undefined, now: () => 0 },
    );
    const cancellation = wanted();
    for (const one of [cancellation, cancellation.copy(), cancellation])
      await expect(call(query, one)).rejects.toThrow();
    expect(asked).toEqual(list);
    expect(cancellation.asked).toEqual(list);
  });

  it('keeps away from one whose breaker is open, and asks it when there is no other', async () => {
    const options = { ...allBreaker.parse({ minimum: 3 }), now: () => 0, random: () => 1, onChange: () => {} };
    const breakers = new EndpointBreakers(() => new Breaker(options));
    const { endpoints } = createEndpoints((endpoint) => breakers.isShutAt(endpoint, 0));
    const asked: string[] = [];
    const call = withEndpoint<OutgoingRequest, Answered>(
      (_request, { name }) => {
        asked.push(name);
        return Promise.reject(unreachable());
      },
      { endpoints, breakers, now: () => 0 },
    );
    for (let index = 0; index < 11; index++) await expect(call(query, wanted())).rejects.toThrow();
    expect(asked.join('')).toBe('aaabbbcccaa');
  });

  it('says how much time is left when it is asked, and never less than none', async () => {
    let nowMs = 1_000;
    const headers: string[][] = [];
    const call = withTimeLeft<OutgoingRequest, Answered>(
      (request) => {
        headers.push(request.headers);
        return Promise.resolve(good);
      },
      { name: 'x-left', now: () => nowMs },
    );
    const request = { ...query, headers: ['accept', 'a'] };
    const cancellation = wanted(1_500.9);
    await call(request, fakeEndpoint('a'), cancellation);
    nowMs = 2_000;
    await call(request, fakeEndpoint('a'), cancellation);
    expect(headers).toEqual([
      ['accept', 'a', 'x-left', '500'],
      ['accept', 'a', 'x-left', '0'],
    ]);
    expect(request.headers).toEqual(['accept', 'a']);
  });
});
