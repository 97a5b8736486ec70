import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { hold, json } from '../support/fake-subgraph.ts';
import { freePort, takePort } from '../support/free-port.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { startLoad } from '../support/load.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

let users: ServedSubgraph;
let folder: TemporaryFolder;
let gateway: GatewayProcess | undefined;
beforeAll(async () => {
  users = await serveSubgraph({
    name: 'users',
    sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
    resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } },
  });
});
afterAll(() => users.close());
beforeEach(async () => {
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  users.behave(users.healthy);
  await gateway?.end('SIGKILL');
  gateway = undefined;
  await folder.remove();
});

const query = '{ me { id name } }';
const whole = { me: { id: '1', name: 'Ada' } };

/** Writes `overlock.yaml`; without a schema file the live service is asked. */
async function writeConfig(sections: Record<string, unknown> = {}, graph: Record<string, unknown> = {}): Promise<void> {
  await folder.write(
    'overlock.yaml',
    stringify({
      listen: { port: 0 },
      admin: { port: 0 },
      ...sections,
      graph: { subgraphs: { users: { url: users.url } }, poll: '0s', ...graph },
    }),
  );
}

async function start(...args: string[]): Promise<GatewayProcess> {
  gateway = await startGateway(args, { cwd: folder.path });
  return gateway;
}

/** Writes a configuration and waits until it is served. */
async function reloadTo(running: GatewayProcess, sections: Record<string, unknown>): Promise<void> {
  const known = running.log().length;
  await writeConfig(sections);
  await running.logged(/A new configuration is served/, known);
}

describe('a change of the configuration', () => {
  it('is served without losing a request', async () => {
    await writeConfig();
    const running = await start();
    const load = startLoad(20, async () => {
      const answer = await ask(running.url, query, undefined, { headers: { origin: 'https://shop.example' } });
      return { ...answer, allowed: answer.headers.get('access-control-allow-origin') };
    });
    await load.more(100);
    for (const origin of ['https://a.example', 'https://shop.example', 'https://b.example', 'https://shop.example']) {
      await reloadTo(running, { cors: { origins: [origin] } });
      await load.more(100);
    }
    const { answers, failures } = await load.stop();
    expect(failures).toEqual([]);
    for (const { status, data } of answers) expect({ status, data }).toEqual({ status: 200, data: whole });
    expect(new Set(answers.map(({ allowed }) => allowed))).toEqual(new Set([null, 'https://shop.example']));
    expect(answers.at(-1)?.allowed).toBe('https://shop.example');
  });

  it('moves to another port and path, and lets what is in flight on the old one end', async () => {
    const [port, next] = [await freePort(), await freePort()];
    await writeConfig({ listen: { port } });
    const running = await start();
    const held = hold(users.healthy);
    users.behave(held.behaviour);
    const { length } = users.requests;
    const inFlight = ask(running.url, query);
    await users.arrived(length + 1);
    users.behave(users.healthy);
    await reloadTo(running, { listen: { port: next, path: '/api' } });
    expect((await ask(`http://127.0.0.1:${next}/api`, query)).data).toEqual(whole);
    expect((await fetch(`http://127.0.0.1:${next}/graphql`, { method: 'POST' })).status).toBe(404);
    held.release();
    expect((await inFlight).data).toEqual(whole);
  });

  it('is not served when it has problems, which are told with their places', { timeout: 8_000 }, async () => {
    await writeConfig();
    const running = await start();
    await folder.write(
      'overlock.yaml',
      `graph:\n  subgraphs:\n    users: { url: ${users.url}, urll: x }\nlimits:\n  depth: none\n`,
    );
    await running.logged(/the running one stays/);
    expect(running.log()).toMatch(/overlock\.yaml:3:.{0,40}urll/);
    expect(running.log()).toMatch(/overlock\.yaml:5:.{0,40}limits\.depth/);
    expect((await ask(running.url, query)).data).toEqual(whole);
    await reloadTo(running, { introspection: false });
    expect((await ask(running.url, '{ __schema { queryType { name } } }')).status).toBe(400);
  });

  it('is not served when its subgraphs do not compose, or its port is taken', { timeout: 12_000 }, async () => {
    await writeConfig();
    const running = await start();
    const taken = await takePort();
    const broken = [
      { graph: { subgraphs: { users: { url: 'http://127.0.0.1:1/graphql' } } } },
      { listen: { port: taken.port } },
    ];
    for (const sections of broken) {
      const known = running.log().length;
      await folder.write(
        'overlock.yaml',
        stringify({
          admin: { port: 0 },
          listen: { port: 0 },
          graph: { subgraphs: { users: { url: users.url } } },
          ...sections,
        }),
      );
      await running.logged(/the running (one|configuration) stays/, known);
      expect((await ask(running.url, query)).data).toEqual(whole);
    }
    await taken.release();
    await reloadTo(running, { introspection: false });
  });
});

describe('a schema that is asked of the live service', () => {
  const withField = (field: string) =>
    json({ data: { _service: { sdl: users.sdl.replace('id: ID!', `id: ID! ${field}: Int`) } } });
  const fieldIsServed = async (url: string, field: string) =>
    (await ask(url, `{ __type(name: "User") { fields { name } } }`)).text.includes(`"${field}"`);

  it('is polled; a change is swapped in, and one that does not compose is told once', async () => {
    await writeConfig({}, { poll: '100ms' });
    const running = await start();
    users.behave(withField('polled'));
    await running.logged(/(A supergraph is served.*\n[\s\S]*){2}/);
    expect(await fieldIsServed(running.url, 'polled')).toBe(true);

    users.behave(json({ data: { _service: { sdl: `${link} type Query { me: Nope }` } } }));
    await running.logged(/the last good one stays/);
    const { length } = users.requests;
    await users.arrived(length + 4);
    expect(running.log().match(/the last good one stays/g)).toHaveLength(1);
    expect(running.log()).toContain('Nope');
    expect(await fieldIsServed(running.url, 'polled')).toBe(true);

    users.behave((response) => response.destroy());
    await running.logged(/Its last schema stays/);
    const known = running.log().length;
    users.behave(withField('again'));
    await running.logged(/A supergraph is served/, known);
    expect(await fieldIsServed(running.url, 'again')).toBe(true);
  });

  it('is asked again at SIGHUP', async () => {
    await writeConfig();
    const running = await start();
    users.behave(withField('hungUp'));
    const known = running.log().length;
    running.child.kill('SIGHUP');
    await running.logged(/A new configuration is served/, known);
    expect(await fieldIsServed(running.url, 'hungUp')).toBe(true);
  });
});
