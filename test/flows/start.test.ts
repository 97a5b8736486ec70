import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { freePort, takePort } from '../support/free-port.ts';
import { type GatewayProcess, launchGateway, runOverlock } from '../support/gateway-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let users: ServedSubgraph;
let folder: TemporaryFolder;
let gateway: GatewayProcess | undefined;
beforeAll(async () => {
  users = await serveSubgraph({
    name: 'users',
    sdl: 'type Query { me: User } type User { id: ID! }',
    resolvers: { Query: { me: () => ({ id: '1' }) } },
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

const query = '{ me { id } }';

function writeConfig(
  port: number,
  subgraphs: Record<string, unknown> = { users: { url: users.url } },
): Promise<string> {
  return folder.write('overlock.yaml', stringify({ listen: { port }, admin: { port: 0 }, graph: { subgraphs } }));
}

it('waits for its subgraphs when told to, and is not ready meanwhile', async () => {
  const port = await freePort();
  users.behave((response) => response.destroy());
  await writeConfig(port);
  gateway = launchGateway(['--wait'], { cwd: folder.path });
  await gateway.logged(/There is no supergraph yet/);
  expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(503);
  const early = await ask(`http://127.0.0.1:${port}/graphql`, query);
  expect([early.status, early.errors[0]?.extensions['code']]).toEqual([503, 'OVERLOADED']);
  users.behave(users.healthy);
  await gateway.ready;
  expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
  expect((await ask(gateway.url, query)).data).toEqual({ me: { id: '1' } });
});

it('ends with 1 and says what was tried when a subgraph cannot be asked', async () => {
  await writeConfig(0, {
    users: { url: users.url },
    gone: { url: 'http://127.0.0.1:1/graphql' },
    lost: { url: 'http://127.0.0.1:1/graphql', schema: 'lost.graphql' },
  });
  const { code, stdout, stderr } = await runOverlock(['serve'], { cwd: folder.path });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/gone.*http:\/\/127\.0\.0\.1:1\/graphql.*_service/s);
  expect(stderr).toMatch(/lost.*lost\.graphql/s);
  expect(stderr).not.toMatch(/"users"|node:internal|\n\s+at /);
});

it('ends with 1 before a port is opened when the configuration has problems', async () => {
  const { port, release } = await takePort();
  await folder.write('overlock.yaml', `listen: { port: ${port} }\ngraph:\n  subgraph: {}\nlimits: { dept: 3 }\n`);
  const { code, stdout, stderr } = await runOverlock(['serve'], { cwd: folder.path });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/overlock\.yaml:3.*subgraphs/);
  expect(stderr).toMatch(/overlock\.yaml:4.*depth/);
  expect(stderr).not.toContain('taken');
  await writeConfig(port);
  const second = await runOverlock(['serve'], { cwd: folder.path });
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toMatch(/Port \d+ of 127\.0\.0\.1 is taken\. .*\n$/);
  await release();
});
