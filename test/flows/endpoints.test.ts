import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../gateway/config/config.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { startDnsServer } from '../support/dns-server.ts';
import { type FakeSubgraph, json, reset, startFakeSubgraph, text } from '../support/fake-subgraph.ts';
import { composeSdl } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")
  type Query { who(upc: ID): String }`;
const query = '{ who }';

let folder: TemporaryFolder;
let services: FakeSubgraph[];
let closing: (() => Promise<unknown>)[];
let telemetry: Telemetry;
beforeEach(async () => {
  folder = await createTemporaryFolder();
  services = await Promise.all(['a', 'b', 'c'].map((who) => startFakeSubgraph(json({ data: { who } }))));
  closing = services.map(({ close }) => close);
  const { output } = createStubOutput();
  telemetry = await createTelemetry(toConfig({ graph: { supergraph: 'none' } }).telemetry, { output });
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  await telemetry.shutdown();
  await folder.remove();
});

/** A gateway for the subgraph `people`, which the supergraph says is at `url`. */
async function start(own: object, url = services[0]?.url ?? '', all: object = {}): Promise<TestGateway> {
  const supergraph = await folder.write('supergraph.graphql', composeSdl([{ name: 'people', sdl, url }]));
  const gateway = await startTestGateway(configOf(supergraph, own, all), telemetry);
  closing.push(() => gateway.stop());
  return gateway;
}

function configOf(supergraph: string, own: object, all: object = {}): Config {
  // Queries that are asked together are to be calls of their own.
  const traffic = { all: { dedupe: false, slowStart: '0s', ...all }, subgraphs: { people: own } };
  return toConfig({ graph: { supergraph }, traffic });
}

const urls = () => services.map(({ url }) => ({ url }));
const counts = () => services.map(({ requests }) => requests.length);

async function askMany(gateway: TestGateway, number: number, headers: Record<string, string> = {}) {
  const answers: unknown[] = [];
  for (let round = 0; round < number; round += 10) {
    const init = { headers: { 'content-type': 'application/json', ...headers } };
    const some = await Promise.all(Array.from({ length: 10 }, () => gateway.ask(query, {}, init)));
    answers.push(
      ...some.map(({ data, errors }) => (errors.length > 0 ? errors[0]?.extensions['code'] : data?.['who'])),
    );
  }
  return answers;
}

/** Asks until an answer is as wanted. */
async function askUntil(gateway: TestGateway, isWanted: (who: unknown) => boolean): Promise<void> {
  for (;;) {
    const [who] = await askMany(gateway, 1);
    if (isWanted(who)) return;
  }
}

async function metric(name: string): Promise<readonly string[]> {
  return ((await telemetry.metricsText()) ?? '').split('\n').filter((line) => line.startsWith(`${name}{`));
}

describe('three endpoints', () => {
  it.each([
    ['hangs up', reset],
    ['answers 503', text('busy', { status: 503 })],
  ])(
    'give every answer when one of them %s: it is left alone, and comes back when it is well',
    async (_name, behaviour) => {
      const gateway = await start({
        endpoints: urls(),
        balance: 'round-robin',
        ejection: { time: '300ms', maxTime: '600ms', failures: 3 },
      });
      const [, b, c] = services;
      services[0]?.behave(behaviour);
      const answers = await askMany(gateway, 300);
      expect(new Set(answers)).toEqual(new Set(['b', 'c']));
      expect(counts()[0]).toBeLessThan(40);
      expect(await metric('overlock_endpoint_ejections_total')).toEqual([
        expect.stringMatching(/^overlock_endpoint_ejections_total\{subgraph="people",reason="failures"\} [1-9]/),
      ]);
      expect(await metric('overlock_endpoint_ejected')).toContainEqual(
        `overlock_endpoint_ejected{subgraph="people",endpoint="${b?.url}"} 0`,
      );
      services[0]?.behave(json({ data: { who: 'a' } }));
      await askUntil(gateway, (who) => who === 'a');
      expect(c?.requests.length).toBeGreaterThan(0);
    },
  );

  it('are not asked while their probes fail', async () => {
    const [a] = services;
    for (const { behave } of services) {
      behave((response, request) =>
        (request.path === '/health' ? text('') : json({ data: { who: 'well' } }))(response, request),
      );
    }
    a?.behave((response, request) => text('', { status: request.path === '/health' ? 500 : 404 })(response, request));
    const gateway = await start({
      endpoints: urls(),
      health: { path: '/health', every: '20ms', unhealthy: 2, healthy: 2 },
    });
    await a?.arrived(3);
    const calls = () => a?.requests.filter(({ path }) => path !== '/health').length;
    // The third probe began after the second had been counted.
    const before = calls();
    expect(new Set(await askMany(gateway, 50))).toEqual(new Set(['well']));
    expect(calls()).toBe(before);
    expect(await metric('overlock_endpoint_healthy')).toContain(
      `overlock_endpoint_healthy{subgraph="people",endpoint="${a?.url}"} 0`,
    );
    expect(await metric('overlock_endpoint_probes_total')).toHaveLength(2);
  });
});

it('sends clients to a group by header, and keeps them with the one that is theirs', async () => {
  const [a, b] = services;
  const gateway = await start({
    endpoints: [
      { url: a?.url, weight: 50, group: 'stable' },
      { url: b?.url, weight: 50, group: 'canary' },
    ],
    groups: { sticky: { header: 'x-user' }, rules: [{ group: 'canary', when: "client.name == 'tester'" }] },
  });
  expect(new Set(await askMany(gateway, 20, { 'apollographql-client-name': 'tester' }))).toEqual(new Set(['b']));
  const seen = new Set<unknown>();
  for (let user = 0; user < 12; user += 1) {
    const whos = new Set(await askMany(gateway, 10, { 'x-user': `user ${user}` }));
    expect(whos.size).toBe(1);
    for (const who of whos) seen.add(who);
  }
  expect(seen).toEqual(new Set(['a', 'b']));
});

it('takes over what a watched file says, and stays with it while the file is broken', async () => {
  const [a, b] = services;
  const file = await folder.write('endpoints.yaml', `- ${a?.url}\n`);
  const gateway = await start({ discover: [{ file }] }, 'http://127.0.0.1:1/graphql');
  await askUntil(gateway, (who) => who === 'a');
  await folder.write('endpoints.yaml', '- { nonsense: true }\n');
  await expect
    .poll(() => gateway.lines.some(({ message }) => message.startsWith('Endpoints cannot be looked up')), {
      timeout: 5_000,
    })
    .toBe(true);
  expect(new Set(await askMany(gateway, 10))).toEqual(new Set(['a']));
  await folder.write('endpoints.yaml', JSON.stringify([{ url: b?.url }]));
  await askUntil(gateway, (who) => who === 'b');
  expect(new Set(await askMany(gateway, 20))).toEqual(new Set(['b']));
});

it('follows DNS from one address to the next without an error', async () => {
  const first = await listen('127.0.0.1', 0);
  const { port } = first.address() as AddressInfo;
  await listen('127.0.0.2', port);
  const dns = await startDnsServer();
  closing.push(() => dns.close());
  dns.answer({ 'people.test': [{ type: 'A', data: '127.0.0.1', ttl: 0 }] });
  const gateway = await start(
    { discover: [{ dns: { minTtl: '100ms', servers: [dns.address] } }] },
    `http://people.test:${port}/graphql`,
  );
  await askUntil(gateway, (who) => who === `127.0.0.1 people.test:${port}`);
  dns.answer({ 'people.test': [{ type: 'A', data: '127.0.0.2', ttl: 0 }] });
  const answers = new Set<unknown>();
  await askUntil(gateway, (who) => {
    answers.add(who);
    return who === `127.0.0.2 people.test:${port}`;
  });
  expect(answers.has('SUBGRAPH_UNREACHABLE')).toBe(false);
  // A name that is gone for a moment takes nothing away.
  dns.answer({});
  await expect
    .poll(() => gateway.lines.some(({ message }) => message.startsWith('Endpoints cannot be looked up')), {
      timeout: 5_000,
    })
    .toBe(true);
  expect(new Set(await askMany(gateway, 10))).toEqual(new Set([`127.0.0.2 people.test:${port}`]));
});

it('are looked up before anything is asked, and known still where other settings change and nobody can say where they are', async () => {
  const [a] = services;
  const { port } = new URL(a?.url ?? '');
  const instances = JSON.stringify([{ Node: { Address: '127.0.0.1' }, Service: { Port: Number(port) } }]);
  let isSilent = false;
  const consul = createServer((request, response) => {
    if (isSilent || request.url?.includes('index=') === true) return;
    response.setHeader('x-consul-index', '1');
    // What the gateway does meanwhile takes less.
    setTimeout(() => response.end(instances), 200);
  });
  const { origin } = await serve(consul);
  const own = { discover: [{ consul: { url: origin, service: 'people' } }] };
  const url = 'http://127.0.0.1:1/graphql';
  const gateway = await start(own, url);
  expect(new Set(await askMany(gateway, 10))).toEqual(new Set(['a']));
  isSilent = true;
  const supergraph = path.join(folder.path, 'supergraph.graphql');
  expect((await gateway.runtime.reload(configOf(supergraph, { ...own, maxConcurrency: 50 }))).kind).toBe('started');
  expect(new Set(await askMany(gateway, 10))).toEqual(new Set(['a']));
});

async function serve(server: Server): Promise<URL> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** A service that says on which address it was asked, and by which name. */
async function listen(host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { who: `${request.socket.localAddress} ${request.headers.host}` } }));
  });
  server.listen(port, host);
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return server;
}
