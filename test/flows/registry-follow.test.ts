import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { askAnew } from '../support/ask-anew.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { composeSdl } from '../support/federation.ts';
import { freePort } from '../support/free-port.ts';
import { type GatewayProcess, launchGateway, runOverlock, startGateway } from '../support/gateway-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const soon = { timeout: 10_000, interval: 20 };

describe('a gateway that follows a registry', { timeout: 40_000 }, () => {
  let registry: FakeRegistry;
  let folder: TemporaryFolder;
  let users: ServedSubgraph;
  const gateways: GatewayProcess[] = [];
  beforeEach(async () => {
    registry = await startFakeRegistry();
    folder = await createTemporaryFolder();
    users = await serveSubgraph({
      name: 'users',
      sdl: 'type Query { me: User } type User { id: ID! name: String }',
      resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } },
    });
  });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.end('SIGKILL')));
    await registry.stop().catch(() => {});
    await users.close();
    await folder.remove();
  });

  const sdlWith = (field: string) =>
    composeSdl([{ ...users, sdl: users.sdl.replace('name: String', `name: String ${field}: Int`) }]);
  const onFreePorts = ['--port', '0', '--admin-port', '0'];
  const start = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const gateway = await startGateway([...args, ...onFreePorts], { cwd: folder.path, env });
    gateways.push(gateway);
    return gateway;
  };
  const metricsOf = async ({ adminUrl }: GatewayProcess) => await (await fetch(`${adminUrl}/metrics`)).text();
  const isServed = async ({ url }: GatewayProcess, field: string) =>
    (await askAnew(url, `{ me { ${field} } }`)).status === 200;

  it('needs no file but flags, or the environment, and has a new version within two seconds', async () => {
    registry.publish(sdlWith('one'));
    const gateway = await start(['--graph', 'shop@production', '--registry', registry.url], {
      OVERLOCK_TOKEN: registry.token,
    });
    expect((await ask(gateway.url, '{ me { name } }')).data).toEqual({ me: { name: 'Ada' } });
    expect(gateway.log()).toMatch(/"message":"Supergraphs of the registry are taken without a look/);
    const startMs = performance.now();
    registry.publish(sdlWith('two'));
    await vi.waitFor(async () => expect(await isServed(gateway, 'two')).toBe(true), { timeout: 2_000, interval: 10 });
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(await metricsOf(gateway)).toMatch(
      /^overlock_registry_up 1\noverlock_registry_copy_used|^overlock_registry_version 2$/m,
    );
    expect(gateway.log()).not.toContain(registry.token);
    expect(await gateway.end()).toBe(0);
  });

  it('refuses what was tampered with, serves what was good, and starts again while the registry is down', async () => {
    await folder.write('registry.pub', registry.publicKey);
    await folder.write(
      'overlock.yaml',
      stringify({ graph: { registry: { graph: 'shop@production', publicKey: 'registry.pub', cache: 'kept' } } }),
    );
    const env = { OVERLOCK_REGISTRY: registry.url, OVERLOCK_TOKEN: registry.token };
    const good = registry.publish(sdlWith('good'));
    const gateway = await start([], env);
    registry.give({ ...good, stable: { ...good.stable, version: 2, sdl: sdlWith('evil') } });
    await gateway.logged(/ARTIFACT_REFUSED/);
    expect(await isServed(gateway, 'good')).toBe(true);
    expect(await isServed(gateway, 'evil')).toBe(false);
    await gateway.end();
    expect(await readdir(path.join(folder.path, 'kept'))).toHaveLength(1);

    await registry.stop();
    const later = await start([], env);
    expect(later.log()).toMatch(/starts from its copy of version 1/);
    expect(await isServed(later, 'good')).toBe(true);
    expect(await metricsOf(later)).toMatch(/^overlock_registry_copy_used 1$/m);
    await registry.start();
    registry.give(good);
    registry.publish(sdlWith('better'));
    await vi.waitFor(async () => expect(await isServed(later, 'better')).toBe(true), soon);
    expect(await metricsOf(later)).toMatch(/^overlock_registry_copy_used 0$/m);
  });

  it('has a new version on all of its workers', async () => {
    registry.publish(sdlWith('one'));
    const { url, token, publicKey } = registry;
    const followed = { url, token, publicKey, graph: 'shop@production', usage: { every: '100ms' } };
    await folder.write(
      'overlock.yaml',
      stringify({ listen: { workers: 2 }, graph: { registry: followed }, admin: { port: 0 } }),
    );
    const gateway = await start(['--port', String(await freePort())]);
    await vi.waitFor(async () => expect(await metricsOf(gateway)).toContain('\noverlock_workers 2\n'), soon);
    registry.publish(sdlWith('two'));
    const askAll = () => Promise.all(Array.from({ length: 8 }, () => isServed(gateway, 'two')));
    await vi.waitFor(async () => expect(await askAll()).not.toContain(false), { timeout: 2_000, interval: 20 });
    expect(await metricsOf(gateway)).toMatch(/^overlock_registry_version\{worker="primary"\} 2$/m);
    await vi.waitFor(() => {
      const versions = registry.reports.flatMap(({ counts }) => counts.map(({ version }) => version));
      expect(versions).toContain(2);
    }, soon);
    await vi.waitFor(async () => {
      expect(await metricsOf(gateway)).toMatch(/^overlock_usage_reports_total\{worker="\d",outcome="sent"\} [1-9]/m);
    }, soon);
  });

  it('says at once what is wrong with a token, and waits for a registry when it is told to', async () => {
    registry.publish(sdlWith('one'));
    const args = ['serve', '--registry', registry.url, '--graph', 'shop@production', ...onFreePorts];
    const refused = await runOverlock([...args, '--token', 'wrong'], { cwd: folder.path });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not accept the token\. Set graph/) });

    await registry.stop();
    const waiting = launchGateway(['--wait', ...args.slice(1), '--token', registry.token], { cwd: folder.path });
    gateways.push(waiting);
    await waiting.logged(/There is no supergraph yet/);
    await registry.start();
    await waiting.ready;
    await vi.waitFor(async () => expect(await isServed(waiting, 'one')).toBe(true), soon);
  });

  it.each([
    ['two sources', ['--registry', 'http://r.test', '--supergraph', 'a.graphql'], 2, /cannot be used with/],
    [
      'no token',
      ['--registry', 'http://r.test', '--graph', 'shop@production'],
      1,
      /graph\.registry\.token is required/,
    ],
    ['no graph', ['--registry', 'http://r.test', '--token', 't'], 1, /graph\.registry\.graph is required/],
    ['a URL that is none', ['--registry', 'r.test', '--graph', 'shop@production', '--token', 't'], 1, /http/],
    ['a graph that is none', ['--registry', 'http://r.test', '--graph', 'shop', '--token', 't'], 1, /shop@production/],
  ])('refuses %s', async (_name, args, code, message) => {
    const outcome = await runOverlock(['serve', ...args], { cwd: folder.path });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
  });
});
