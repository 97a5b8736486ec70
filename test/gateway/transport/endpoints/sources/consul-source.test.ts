import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConsulSource } from '../../../../../gateway/transport/endpoints/sources/consul-source.ts';
import type { EndpointSource } from '../../../../../gateway/transport/endpoints/sources/endpoint-source.ts';
import { endpointsConfig } from '../../../../support/fake-endpoints.ts';
import { type FakeSubgraph, hold, json, reset, startFakeSubgraph, text } from '../../../../support/fake-subgraph.ts';

const instance = (address: string, port: number, rest: object = {}, node = '10.0.0.9') => ({
  Node: { Node: 'n', Address: node },
  Service: { ID: 'p', Address: address, Port: port, ...rest },
  Checks: [],
});
const instances = [
  instance('10.0.0.1', 4001, { Weights: { Passing: 3, Warning: 1 }, Meta: { zone: 'eu', group: 'canary' } }),
  instance('', 4002, { Meta: null }),
  instance('fd00::1', 4003),
];
const answer = (value: unknown, index?: number) =>
  json(value, { headers: index === undefined ? {} : { 'x-consul-index': `${index}` } });

let consul: FakeSubgraph;
let source: EndpointSource;
beforeEach(async () => {
  consul = await startFakeSubgraph(answer(instances, 7));
  const { discover } = endpointsConfig({
    discover: [
      {
        consul: {
          url: `${new URL(consul.url).origin}/`,
          service: 'products',
          tag: 'v2',
          datacenter: 'dc1',
          token: 'secret',
        },
      },
    ],
  });
  const [entry] = discover ?? [];
  source = createConsulSource({ consul: entry!.consul!, url: new URL('http://own/graphql'), group: 'stable' });
});
afterEach(async () => {
  await source.close();
  await consul.close();
});

const { signal } = new AbortController();
const asked = () => consul.requests.map(({ path }) => new URL(path, 'http://x').searchParams);

describe('Consul', () => {
  it('is asked for healthy instances, and told the token', async () => {
    const { endpoints, freshMs } = await source.look(true, signal);
    expect(endpoints.map(({ url, weight, group, zone }) => [url.href, weight, group, zone])).toEqual([
      ['http://10.0.0.1:4001/graphql', 3, 'canary', 'eu'],
      ['http://10.0.0.9:4002/graphql', 1, 'stable', undefined],
      ['http://[fd00::1]:4003/graphql', 1, 'stable', undefined],
    ]);
    expect(freshMs).toBe(0);
    const [request] = consul.requests;
    expect(request?.path).toBe('/v1/health/service/products?passing=true&tag=v2&dc=dc1');
    expect(request?.headers['x-consul-token']).toBe('secret');
  });

  it('has its word taken for instances that can be asked, and not for others beside them', async () => {
    const others = [
      instance('10.0.0.3', 0),
      instance('no host', 4004),
      instance('evil.test/x', 4005),
      instance('fe80::1%eth0', 4006),
    ];
    consul.behave(answer([...others, ...instances], 7));
    const { endpoints } = await source.look(true, signal);
    expect(endpoints.map(({ url }) => url.host)).toEqual(['10.0.0.1:4001', '10.0.0.9:4002', '[fd00::1]:4003']);
  });

  it('is then asked for what comes after, with an answer that waits for a change', async () => {
    await source.look(true, signal);
    const waiting = hold(answer([instances[0]], 8));
    consul.behave(waiting.behaviour);
    const next = source.look(false, signal);
    await consul.arrived(2);
    waiting.release();
    expect((await next).endpoints).toHaveLength(1);
    expect(asked().map((search) => [search.get('index'), search.get('wait')])).toEqual([
      [null, null],
      ['7', '55000ms'],
    ]);
  });

  it('is asked from the beginning when its index went back, or when what is known is in doubt', async () => {
    await source.look(true, signal);
    consul.behave(answer(instances, 3));
    await source.look(false, signal);
    await source.look(false, signal);
    await source.look(true, signal);
    await source.look(false, signal);
    expect(asked().map((search) => search.get('index'))).toEqual([null, '7', null, null, '3']);
  });

  it('is asked from time to time where it has no index', async () => {
    consul.behave(answer([]));
    expect(await source.look(false, signal)).toEqual({ endpoints: [], freshMs: 55_000 });
  });

  it.each([
    ['refuses', text('ACL not found', { status: 403 }), 'status 403'],
    ['hangs up', reset, 'other side closed|ECONNRESET'],
    ['answers something else', json({ instances: [] }), 'expected array'],
    ['answers too much', text(' '.repeat(17 * 1024 ** 2)), 'larger than'],
  ])('fails when it %s', async (_name, behaviour, message) => {
    consul.behave(behaviour);
    await expect(source.look(true, signal)).rejects.toThrow(new RegExp(message));
  });

  it('is let go when nobody follows it any longer', async () => {
    consul.behave(() => {});
    const leaving = new AbortController();
    const looking = source.look(true, leaving.signal);
    const request = await consul.arrived(1);
    leaving.abort();
    await expect(looking).rejects.toThrow();
    await request.abandoned;
  });
});
