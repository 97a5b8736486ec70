import { Pool } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noTelemetry } from '../../../../gateway/telemetry/no-telemetry.ts';
import { EndpointState } from '../../../../gateway/transport/endpoints/endpoint-state.ts';
import { createProbe } from '../../../../gateway/transport/endpoints/probe.ts';
import { createTestEndpoints, endpointsConfig, found } from '../../../support/fake-endpoints.ts';
import {
  type Behaviour,
  type FakeSubgraph,
  json,
  reset,
  stall,
  startFakeSubgraph,
  text,
} from '../../../support/fake-subgraph.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

describe('a probe', () => {
  let subgraph: FakeSubgraph;
  let pool: Pool;
  beforeEach(async () => {
    subgraph = await startFakeSubgraph();
    pool = new Pool(new URL(subgraph.url).origin);
  });
  afterEach(async () => {
    await pool.destroy();
    await subgraph.close();
  });

  const good = 'good';
  const half: Behaviour = (response) => void response.writeHead(200).write('so far');
  const typename = json({ data: { __typename: 'Query' } });
  it.each<[string, object, 'graphql' | 'rest', Behaviour, string]>([
    ['a path', { path: '/health' }, 'graphql', text('ok', { status: 204 }), good],
    ['a path that is not there', { path: '/health' }, 'rest', text('', { status: 404 }), 'status 404'],
    ['a query', {}, 'graphql', typename, good],
    ['a query that fails', {}, 'graphql', json({ errors: [{ message: 'no' }] }), '__typename'],
    [
      'a query with another status',
      {},
      'graphql',
      json({ data: { __typename: 'Query' } }, { status: 503 }),
      'status 503',
    ],
    ['a page', {}, 'graphql', text('<html>'), 'JSON'],
    ['a base URL that is nothing itself', {}, 'rest', text('', { status: 404 }), good],
    ['a base URL that fails', {}, 'rest', text('', { status: 500 }), 'status 500'],
    ['a connection that breaks', {}, 'graphql', reset, 'closed|RESET'],
    ['no answer', { timeout: '50ms' }, 'graphql', stall, 'timeout'],
    ['a long page', { path: '/health' }, 'rest', text(' '.repeat(300_000)), good],
    ['a base URL that is a long list', {}, 'rest', text(' '.repeat(300_000)), good],
    [
      'a long page that says it fails',
      { path: '/health' },
      'rest',
      text(' '.repeat(300_000), { status: 500 }),
      'status 500',
    ],
    ['a flood', {}, 'graphql', text(' '.repeat(100_000)), 'larger'],
    ['half a page', { path: '/health', timeout: '50ms' }, 'rest', half, 'timeout|abort'],
  ])('sees %s', async (_name, health, kind, behaviour, outcome) => {
    subgraph.behave(behaviour);
    const probe = createProbe(endpointsConfig({ health }).health!, kind);
    const endpoint = new EndpointState(found('x', { url: new URL(subgraph.url) }), {
      dispatcher: pool,
      streams: pool,
      release: () => {},
    });
    const result = await probe(endpoint).then(
      () => good,
      (error: Error) => error.message,
    );
    expect(result).toMatch(outcome === good ? /^good$/ : new RegExp(outcome));
    const [request] = subgraph.requests;
    if ('path' in health) expect([request?.method, request?.path]).toEqual(['GET', '/health']);
    else if (kind === 'graphql') expect(request?.json).toEqual({ query: '{__typename}' });
    else expect([request?.method, request?.path]).toEqual(['GET', '/graphql']);
  });
});

describe('probes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('take an endpoint out after so many bad ones in a row and bring it back slowly after so many good ones; when all are out, all are asked', async () => {
    const bad = new Set<string>();
    const { log, lines } = createRecordingLogger();
    const probed: boolean[] = [];
    const { endpoints, count, clock } = createTestEndpoints(
      {
        endpoints: ['a', 'b'].map((host) => ({ url: `http://${host}/` })),
        balance: 'round-robin',
        health: { every: '10s', unhealthy: 2, healthy: 3 },
      },
      {
        random: () => 0.5,
        probe: async ({ url }) => {
          if (bad.has(url.host)) throw new Error('It is ill.');
        },
        telemetry: {
          log,
          endpointsOpened: () => ({
            ...noTelemetry.endpointsOpened('', () => []),
            probed: (isGood) => probed.push(isGood),
          }),
        },
      },
    );
    const rounds = (number: number) => vi.advanceTimersByTimeAsync(10_000 * number);
    await rounds(1);
    bad.add('a');
    await rounds(1);
    expect(count(2)).toEqual({ a: 1, b: 1 });
    await rounds(1);
    expect(count(2)).toEqual({ b: 2 });
    bad.add('b');
    await rounds(2);
    expect(count(2)).toEqual({ a: 1, b: 1 });
    bad.clear();
    await rounds(2);
    bad.add('b');
    await rounds(1);
    expect(count(2)).toEqual({ a: 2 });
    bad.clear();
    await rounds(3);
    clock.ms += 4_000;
    expect(count(2)).toEqual({ a: 2 });
    clock.ms += 6_000;
    expect(count(2)).toEqual({ a: 1, b: 1 });
    expect(lines.map(({ message }) => message)).toEqual([
      'An endpoint is not healthy.',
      'An endpoint is not healthy.',
      'An endpoint is healthy again.',
      'An endpoint is healthy again.',
    ]);
    expect(probed.filter((isGood) => !isGood)).toHaveLength(7);
    endpoints.close();
    const { length } = probed;
    await rounds(3);
    expect(probed).toHaveLength(length);
  });
});
