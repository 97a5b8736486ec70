import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNameServers } from '../../../../../gateway/transport/endpoints/sources/address-lookup.ts';
import { createDnsSource } from '../../../../../gateway/transport/endpoints/sources/dns-source.ts';
import { createSrvSource } from '../../../../../gateway/transport/endpoints/sources/srv-source.ts';
import { type DnsServer, startDnsServer } from '../../../../support/dns-server.ts';

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());
beforeEach(() => server.answer({}));

const { signal } = new AbortController();
const bounds = { minTtl: 2_000, maxTtl: 60_000, group: undefined };
const look = (url: string, family: 'any' | 'ipv4' | 'ipv6' = 'any') =>
  createDnsSource({ ...bounds, url: new URL(url), family }, createNameServers([server.address])).look(true, signal);
const lookSrv = () =>
  createSrvSource(
    { ...bounds, name: '_graphql._tcp.shop.test', url: new URL('https://shop.test/graphql?v=1'), group: 'stable' },
    createNameServers([server.address]),
  ).look(true, signal);

describe('DNS', () => {
  it('makes an endpoint of every address, for as long as the least TTL says', async () => {
    server.answer({
      'shop.test': [
        { type: 'A', data: '10.0.0.2', ttl: 30 },
        { type: 'A', data: '10.0.0.1', ttl: 9 },
        { type: 'AAAA', data: 'fd00:0:0:0:0:0:0:1' },
      ],
    });
    const { endpoints, freshMs } = await look('http://shop.test:8080/graphql');
    expect(endpoints.map(({ url, address }) => [url.href, address])).toEqual([
      ['http://shop.test:8080/graphql', '10.0.0.1'],
      ['http://shop.test:8080/graphql', '10.0.0.2'],
    ]);
    expect(freshMs).toBe(9_000);
  });

  it.each([
    ['ipv4', ['10.0.0.1']],
    ['ipv6', ['fd00::1']],
  ] as const)('takes %s only where that is said', async (family, addresses) => {
    server.answer({
      'shop.test': [
        { type: 'A', data: '10.0.0.1' },
        { type: 'AAAA', data: 'fd00:0:0:0:0:0:0:1' },
      ],
    });
    expect((await look('http://shop.test/', family)).endpoints.map(({ address }) => address)).toEqual(addresses);
  });

  it.each([
    [0, 2_000],
    [600, 60_000],
  ])('takes a TTL of %i s for %i ms', async (ttl, freshMs) => {
    server.answer({ 'shop.test': [{ type: 'AAAA', data: 'fd00:0:0:0:0:0:0:1', ttl }] });
    expect((await look('http://shop.test/')).freshMs).toBe(freshMs);
  });

  it('asks nobody for an address', async () => {
    const { endpoints, freshMs } = await look('http://[::1]:4000/');
    expect([endpoints.map(({ address }) => address), freshMs]).toEqual([['::1'], 60_000]);
  });

  it('fails for a name that is not there, and for a server that fails', async () => {
    await expect(look('http://shop.test/')).rejects.toThrow('know no address of shop.test');
    server.answer({ 'shop.test': undefined });
    await expect(look('http://shop.test/')).rejects.toThrow('ESERVFAIL');
  });

  it('asks the system where no name server is named', async () => {
    const source = createDnsSource(
      { ...bounds, url: new URL('http://localhost:1/'), family: 'ipv4' },
      {
        ...createNameServers([server.address]),
        lookup: createNameServers(undefined).lookup,
      },
    );
    expect((await source.look(true, signal)).endpoints.map(({ address }) => address)).toContain('127.0.0.1');
  });
});

describe('SRV', () => {
  it('takes hosts, ports, weights and priorities, and scheme and path from the URL', async () => {
    server.answer({
      '_graphql._tcp.shop.test': [
        { type: 'SRV', data: '1 60 4001 one.test' },
        { type: 'SRV', data: '1 0 4002 two.test' },
        { type: 'SRV', data: '2 5 4003 none.test' },
      ],
      'one.test': [
        { type: 'A', data: '10.0.0.1', ttl: 50 },
        { type: 'A', data: '10.0.0.2', ttl: 40 },
      ],
      'two.test': [{ type: 'A', data: '10.0.0.3', ttl: 45 }],
    });
    const { endpoints, freshMs } = await lookSrv();
    expect(endpoints.map(({ url, ...rest }) => ({ url: url.href, ...rest, zone: 'any' }))).toEqual(
      [
        ['https://one.test:4001/graphql?v=1', '10.0.0.1', 30],
        ['https://one.test:4001/graphql?v=1', '10.0.0.2', 30],
        ['https://two.test:4002/graphql?v=1', '10.0.0.3', 0.01],
      ].map(([url, address, weight]) => ({ url, address, weight, priority: 1, group: 'stable', zone: 'any' })),
    );
    // A host that could not be looked up is to be asked for soon.
    expect(freshMs).toBe(2_000);
  });

  it('fails when no host has an address', async () => {
    server.answer({ '_graphql._tcp.shop.test': [{ type: 'SRV', data: '1 1 4001 none.test' }] });
    await expect(lookSrv()).rejects.toThrow('none.test');
    server.answer({});
    await expect(lookSrv()).rejects.toThrow('ENOTFOUND');
  });
});
