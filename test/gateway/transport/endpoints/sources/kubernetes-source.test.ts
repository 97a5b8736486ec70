import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubernetesSource } from '../../../../../gateway/transport/endpoints/sources/kubernetes-source.ts';
import { createAuthority } from '../../../../support/certificates.ts';
import { endpointsConfig } from '../../../../support/fake-endpoints.ts';
import { type Behaviour, type FakeSubgraph, json, startFakeSubgraph, text } from '../../../../support/fake-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.ts';

interface SliceFacts {
  readonly addressType?: string;
  readonly version?: string;
  readonly ports?: readonly object[];
}

const ports = [
  { name: 'metrics', port: 9_464, protocol: 'TCP' },
  { name: 'http', port: 4_001, protocol: 'TCP' },
];
const slice = (
  name: string,
  endpoints: readonly object[],
  { addressType = 'IPv4', version = '1', ports: own = ports }: SliceFacts = {},
) => ({
  metadata: { name, resourceVersion: version, labels: {} },
  addressType,
  ports: own,
  endpoints,
});
const pod = (address: string, ready: boolean | undefined = true, zone?: string) => ({
  addresses: [address],
  conditions: { ready, serving: true },
  ...(zone !== undefined && { zone }),
});
const list = (...items: object[]): Behaviour =>
  json({ kind: 'EndpointSliceList', metadata: { resourceVersion: '100' }, items });

/** Answers lists, and holds each watch open. */
function createApi(first: Behaviour) {
  const watches: ServerResponse[] = [];
  const arrivals: (() => void)[] = [];
  const behaviour: Behaviour = (response, request) => {
    if (!request.path.includes('watch=true')) {
      first(response, request);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    watches.push(response);
    for (const arrive of arrivals.splice(0)) arrive();
  };
  return {
    behaviour,
    watches,
    say: (type: string, object: object, at = watches.length - 1) =>
      watches[at]?.write(`${JSON.stringify({ type, object })}\n`),
    watched: () => new Promise<void>((resolve) => arrivals.push(resolve)),
  };
}

let folder: TemporaryFolder;
let server: FakeSubgraph;
let source: KubernetesSource;
const { signal } = new AbortController();
const look = async (anew = false) => {
  const { endpoints } = await source.look(anew, signal);
  return endpoints.map(({ url, zone }) => [url.host, ...(zone === undefined ? [] : [zone])].join(' '));
};

async function start(behaviour: Behaviour, at: { port?: number | string } = { port: 'http' }): Promise<void> {
  server = await startFakeSubgraph(behaviour);
  const tokenFile = await folder.write('token', 'first\n');
  await folder.write('namespace', 'shop');
  const { discover } = endpointsConfig({
    discover: [{ kubernetes: { service: 'products', url: new URL(server.url).origin, tokenFile, ...at } }],
  });
  source = new KubernetesSource({
    kubernetes: discover![0]!.kubernetes!,
    url: new URL('http://own/graphql'),
    group: undefined,
  });
}

beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  await source.close();
  await server.close();
  await folder.remove();
});

describe('EndpointSlices', () => {
  it('are listed once and then watched, with the token as it is at the time', async () => {
    const api = createApi(
      list(slice('a', [pod('10.0.0.1', true, 'eu-1'), pod('10.0.0.2', false), pod('10.0.0.3', undefined)])),
    );
    await start(api.behaviour);
    expect(await look(true)).toEqual(['10.0.0.1:4001 eu-1', '10.0.0.3:4001']);
    await folder.write('token', 'second');
    const watched = api.watched();
    const next = look();
    await watched;
    api.say('BOOKMARK', { metadata: { resourceVersion: '120' } });
    api.say('ADDED', slice('b', [pod('10.0.0.4')], { version: '130' }));
    expect(await next).toEqual(['10.0.0.1:4001 eu-1', '10.0.0.3:4001', '10.0.0.4:4001']);
    api.say('MODIFIED', slice('a', [pod('10.0.0.1', true, 'eu-1')], { version: '131' }));
    expect(await look()).toEqual(['10.0.0.1:4001 eu-1', '10.0.0.4:4001']);
    api.say('DELETED', slice('b', [], { version: '132' }));
    expect(await look()).toEqual(['10.0.0.1:4001 eu-1']);
    const again = api.watched();
    api.watches[0]?.end();
    expect(await look()).toEqual(['10.0.0.1:4001 eu-1']);
    const last = look();
    await again;
    api.say('MODIFIED', slice('a', [], { version: '133' }));
    expect(await last).toEqual([]);
    expect(server.requests.map(({ path }) => new URL(path, 'http://x').searchParams.get('resourceVersion'))).toEqual([
      null,
      '100',
      '132',
    ]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer second',
    ]);
    const { pathname, searchParams } = new URL(server.requests[0]!.path, 'http://x');
    expect(pathname).toBe('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices');
    expect(searchParams.get('labelSelector')).toBe('kubernetes.io/service-name=products');
  });

  it('are listed anew when the watch cannot go on', async () => {
    const api = createApi(list(slice('a', [pod('10.0.0.1')])));
    await start(api.behaviour);
    await look(true);
    const watched = api.watched();
    const next = look();
    await watched;
    api.say('ERROR', { kind: 'Status', code: 410 });
    await expect(next).rejects.toThrow('ended the watch with an error');
    expect(await look(true)).toEqual(['10.0.0.1:4001']);
    expect(server.requests.at(-1)?.path).not.toContain('watch');
  });

  it.each([
    ['the first when none is named', {}, ['10.0.0.1:9464']],
    ['a number', { port: 4_001 }, ['10.0.0.1:4001']],
    ['a name that is not there', { port: 'grpc' }, []],
  ])('are asked at a port: %s', async (_name, at, expected) => {
    await start(list(slice('a', [pod('10.0.0.1')])), at);
    expect(await look(true)).toEqual(expected);
  });

  it('of both versions of IP count once, and only TCP counts', async () => {
    await start(
      list(
        slice('six', [pod('fd00::1')], { addressType: 'IPv6' }),
        slice('four', [pod('10.0.0.1')]),
        slice('udp', [pod('10.0.0.2')], { ports: [{ name: 'http', port: 4_001, protocol: 'UDP' }] }),
      ),
    );
    expect(await look(true)).toEqual(['10.0.0.1:4001']);
    server.behave(list(slice('six', [pod('fd00::1')], { addressType: 'IPv6' })));
    expect(await look(true)).toEqual(['[fd00::1]:4001']);
  });

  it('are asked of a server that has a certificate of the cluster, and of no other', async () => {
    await start(list());
    const [cluster, other] = [createAuthority('cluster'), createAuthority('other')];
    const { cert, key } = cluster.issue({ names: ['IP:127.0.0.1'] });
    const api = createServer({ cert, key }, (_, response) => {
      const items = [slice('a', [pod('10.0.0.1')])];
      response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
    });
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    const kubernetes = {
      service: 'products',
      port: 'http',
      url: `https://127.0.0.1:${(api.address() as AddressInfo).port}`,
      tokenFile: `${folder.path}/token`,
      caFile: await folder.write('ca.crt', other.cert),
    };
    source = new KubernetesSource({ kubernetes, url: new URL('http://own/graphql'), group: undefined });
    await expect(look(true)).rejects.toThrow(/certificate/);
    await folder.write('ca.crt', cluster.cert);
    expect(await look(true)).toEqual(['10.0.0.1:4001']);
    api.closeAllConnections();
    api.close();
    await once(api, 'close');
  });

  it('cannot be had without a token or against a refusal', async () => {
    await start(text('{"kind":"Status"}', { status: 403 }));
    await expect(look(true)).rejects.toThrow('status 403');
    await folder.remove();
    await expect(look(true)).rejects.toThrow(/token does not exist/);
  });
});
