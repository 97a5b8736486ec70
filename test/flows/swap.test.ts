import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, toErrorLines } from '../support/ask.ts';
import { hold } from '../support/fake-subgraph.ts';
import { composeSdl } from '../support/federation.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { startLoad } from '../support/load.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';

let users: ServedSubgraph;
let posts: ServedSubgraph;
let folder: string;
let file: string;
let gateway: GatewayProcess;
beforeAll(async () => {
  users = await serveSubgraph({
    name: 'users',
    sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
    resolvers: { Query: { me: () => ({ id: '1', name: 'Ada' }) } },
  });
  posts = await serveSubgraph({
    name: 'posts',
    sdl: `${link} type Query { hello: String } type User @key(fields: "id") { id: ID! posts: [String!] }`,
    resolvers: { Query: { hello: () => 'Hello.' }, User: { posts: () => ['One', 'Two'] } },
  });
  folder = await mkdtemp(path.join(tmpdir(), 'overlock-flow-'));
  file = path.join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphWith(''));
  gateway = await startGateway(['--supergraph', file, '--port', '0', '--admin-port', '0'], { cwd: folder });
});
afterAll(async () => {
  await gateway?.end();
  await Promise.all([users.close(), posts.close()]);
  await rm(folder, { recursive: true });
});

/** The supergraph with more fields in one type of one subgraph. */
function supergraphWith(fields: string): string {
  return composeSdl([users, { ...posts, sdl: posts.sdl.replace('posts: [String!]', `posts: [String!] ${fields}`) }]);
}

/** Writes a supergraph and waits until it is served. */
async function swapTo(sdl: string): Promise<void> {
  await writeFile(file, sdl);
  await gateway.logged(new RegExp(fingerprintOf(sdl)));
}

function fingerprintOf(sdl: string): string {
  return createHash('sha256').update(sdl).digest('hex');
}

async function residentBytes(): Promise<number> {
  const response = await fetch(`${gateway.adminUrl}/metrics`);
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(await response.text())?.[1]);
}

const query = '{ me { name posts } hello }';
const whole = { me: { name: 'Ada', posts: ['One', 'Two'] }, hello: 'Hello.' };

async function expectServed(fields: readonly string[]): Promise<void> {
  const answer = await ask(gateway.url, `{ me { ${fields.join(' ')} } }`);
  expect(answer.errors.filter(({ extensions }) => extensions['code'] === 'GRAPHQL_VALIDATION_FAILED')).toEqual([]);
}

it('swaps ten times under load without losing a request', async () => {
  const load = startLoad(20, () => ask(gateway.url, query));
  await load.more(400);
  const before = await residentBytes();
  for (let version = 1; version <= 10; version++) {
    await swapTo(supergraphWith(`v${version}: Int`));
    await load.more(100);
  }
  const { answers, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(answers.length).toBeGreaterThan(1_400);
  for (const { status, data } of answers) expect({ status, data }).toEqual({ status: 200, data: whole });
  await expectServed(['v10']);
  expect((await residentBytes()) - before).toBeLessThan(150 * 1024 ** 2);
});

it('lets a request in flight end on the supergraph that it began on', async () => {
  await swapTo(supergraphWith('leaving: Int'));
  const held = hold(posts.changed(() => ({ data: { _entities: [{ __typename: 'User', leaving: 7 }] } })));
  posts.behave(held.behaviour);
  const { length } = posts.requests;
  const inFlight = ask(gateway.url, '{ me { name leaving } }');
  await posts.arrived(length + 1);
  await swapTo(supergraphWith('arriving: Int'));
  posts.behave(posts.healthy);
  const refused = await ask(gateway.url, '{ me { leaving } }');
  expect(toErrorLines(refused)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  held.release();
  expect((await inFlight).data).toEqual({ me: { name: 'Ada', leaving: 7 } });
});

it.each([
  ['is no GraphQL', 'type Query {'],
  ['is empty', ''],
  ['is the schema of one subgraph', 'type Query { a: Int @shareable } directive @shareable on FIELD_DEFINITION'],
  ['has no subgraph of a field', () => supergraphWith('').replaceAll('graph: USERS', 'graph: NOBODY')],
])('keeps the supergraph when the new one %s, and says why', { timeout: 5_000 }, async (_name, broken) => {
  const known = gateway.log().length;
  await writeFile(file, typeof broken === 'string' ? broken : broken());
  await gateway.logged(/the last good one stays/, known);
  expect((await ask(gateway.url, query)).data).toEqual(whole);
  const line = gateway
    .log()
    .slice(known)
    .split('\n')
    .find((one) => one.includes('the last good one stays'));
  expect(JSON.parse(line ?? '{}').problems[0]).toMatchObject({ code: expect.any(String), message: expect.any(String) });
});

it('follows a file that is replaced, taken away and put back, or reached by a link', async () => {
  const replaced = supergraphWith('replaced: Int');
  await writeFile(`${file}.new`, replaced);
  await rename(`${file}.new`, file);
  await gateway.logged(new RegExp(fingerprintOf(replaced)));

  await rm(file);
  await gateway.logged(/SUPERGRAPH_UNAVAILABLE/);
  await expectServed(['replaced']);
  await swapTo(supergraphWith('back: Int'));

  const linked = supergraphWith('linked: Int');
  await writeFile(`${file}.target`, linked);
  await symlink(`${file}.target`, `${file}.link`);
  await rename(`${file}.link`, file);
  await gateway.logged(new RegExp(fingerprintOf(linked)));
  await expectServed(['linked', 'name']);
});
