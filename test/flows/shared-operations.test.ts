import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import { ask, type GraphqlAnswer } from '../support/ask.ts';
import { hold } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@requiresScopes"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION`;

let gateway: Federation<'users'>;
let release = () => {};
let count = 0;
let read = 0;

beforeAll(async () => {
  gateway = await startFederation({
    subgraphs: {
      users: {
        sdl: `${link}
          type Query { me: User  limited: Int }
          type Mutation { visit: Int }
          type User { name: String  visits: Int  email: String @requiresScopes(scopes: [["profile"]]) }`,
        resolvers: {
          Query: { limited: () => 1, me: () => ({ name: 'Ada', visits: count, email: 'ada@home' }) },
          Mutation: {
            visit: () => {
              count += 1;
              return count;
            },
          },
        },
      },
    },
    sections: {
      // Fetches are not joined, so that the subgraph is asked as often as there are runs.
      traffic: { all: { dedupe: false }, operation: { dedupe: true } },
      identity: { jwt: [issuer] },
      authorization: { mode: 'filter' },
      rateLimit: { rules: [{ per: 'ip', limit: '5/min', fields: 'Query.limited' }] },
      headers: { toClients: [{ propagate: ['x-served-by'] }] },
    },
    telemetry: {
      ...noTelemetry,
      operationCacheAsked: () => {
        read += 1;
      },
    },
  });
});
afterAll(() => gateway.stop());

beforeEach(() => {
  // However slow the machine, no run is too old to be joined.
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const { users } = gateway.subgraphs;
  users.requests.length = 0;
  read = 0;
  const held = hold((response, request) => {
    response.setHeader('x-served-by', `users-${users.requests.length}`);
    users.healthy(response, request);
  });
  release = held.release;
  users.behave(held.behaviour);
});

async function tokenOf(subject: string, scope: string, claims = {}): Promise<Record<string, string>> {
  const token = await new SignJWT({ scope, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

const askMe = (headers: Record<string, string> = {}, init: RequestInit = {}): Promise<GraphqlAnswer> =>
  ask(gateway.url, '{ me { name } }', {}, { ...init, headers });

/** Resolves when so many requests were read since the test began, and so many runs of theirs have come to the subgraph. */
async function waiting(requests: number, runs: number): Promise<void> {
  await gateway.subgraphs.users.arrived(runs);
  while (read < requests) await nextTurn();
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}

it('asks subgraphs once for 200 equal requests at once', async () => {
  const asked = Array.from({ length: 200 }, (_, index) => askMe({ 'x-request-id': `request-${index}` }));
  await waiting(200, 1);
  release();
  const answers = await Promise.all(asked);
  expect(gateway.subgraphs.users.requests).toHaveLength(1);
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"data":{"me":{"name":"Ada"}}}']));
  expect(new Set(answers.map(({ headers }) => headers.get('x-served-by')))).toEqual(new Set(['users-1']));
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(200);
});

it('never asks once for two identities, not even two tokens of one that differ', async () => {
  const ada = await tokenOf('ada', 'profile');
  const all = [ada, await tokenOf('bob', 'profile'), await tokenOf('ada', 'profile', { team: 'x' }), {}];
  const asked = [...all, ...all].map((headers) => askMe(headers));
  await waiting(asked.length, all.length);
  release();
  for (const { data } of await Promise.all(asked)) expect(data).toEqual({ me: { name: 'Ada' } });
  expect(gateway.subgraphs.users.requests).toHaveLength(all.length);
});

it('withholds from each what is not for it', async () => {
  const [may, mayNot] = [await tokenOf('ada', 'profile'), await tokenOf('bob', '')];
  const asked = [may, mayNot, may, mayNot].map((headers) => ask(gateway.url, '{ me { name email } }', {}, { headers }));
  await waiting(asked.length, 2);
  release();
  const answers = await Promise.all(asked);
  expect(answers.map(({ data }) => data)).toEqual(
    [0, 1].flatMap(() => [{ me: { name: 'Ada', email: 'ada@home' } }, { me: { name: 'Ada', email: null } }]),
  );
  expect(answers.map(({ errors }) => errors.length)).toEqual([0, 1, 0, 1]);
});

it('counts each request for its limits, and tells each what is left', async () => {
  const asked = Array.from({ length: 7 }, () => ask(gateway.url, '{ limited }'));
  await waiting(7, 1);
  release();
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429]);
  const left = answers.map(({ headers }) => Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]));
  expect(left.sort()).toEqual([0, 0, 0, 1, 2, 3, 4]);
  expect(gateway.subgraphs.users.requests).toHaveLength(1);
});

it('answers the others when a client leaves, and asks anew when all have left', async () => {
  const leaving = new AbortController();
  const first = askMe({}, { signal: leaving.signal });
  await waiting(1, 1);
  const second = askMe();
  await waiting(2, 1);
  leaving.abort();
  await expect(first).rejects.toThrow();
  release();
  expect((await second).data).toEqual({ me: { name: 'Ada' } });

  const last = new AbortController();
  const alone = askMe({}, { signal: last.signal });
  const abandoned = (await gateway.subgraphs.users.arrived(2)).abandoned;
  last.abort();
  await expect(alone).rejects.toThrow();
  await abandoned;
  const after = askMe();
  await gateway.subgraphs.users.arrived(3);
  release();
  expect((await after).data).toEqual({ me: { name: 'Ada' } });
});

it('asks anew for a request that comes after the answer', async () => {
  for (let turn = 1; turn <= 3; turn += 1) {
    const asked = askMe();
    await gateway.subgraphs.users.arrived(turn);
    release();
    expect((await asked).headers.get('x-served-by')).toBe(`users-${turn}`);
  }
});

it('lets a client read what it wrote, though an older question is still open', async () => {
  const visits = () => ask(gateway.url, '{ me { visits } }');
  const before = visits();
  await gateway.subgraphs.users.arrived(1);
  gateway.subgraphs.users.behave(gateway.subgraphs.users.healthy);
  const { data } = await ask(gateway.url, 'mutation { visit }');
  expect((await visits()).data).toEqual({ me: { visits: data?.['visit'] } });
  release();
  await before;
});

it.each([
  ['shares what comes then', true],
  ['shares the error that comes again', false],
])('asks once more for all others when it failed for the first, and %s', async (_what, isBack) => {
  const { users } = gateway.subgraphs;
  const fail = (response: ServerResponse) => void response.writeHead(500).end();
  const held = hold(fail);
  users.behave(held.behaviour);
  const asked = Array.from({ length: 5 }, () => askMe());
  await waiting(5, 1);
  users.behave(isBack ? users.healthy : fail);
  held.release();
  const [first, ...others] = await Promise.all(asked);
  expect(first).toMatchObject({
    status: 200,
    data: { me: null },
    errors: [{ extensions: { code: 'SUBGRAPH_HTTP_ERROR' } }],
  });
  expect(new Set(others.map(({ text }) => text)).size).toBe(1);
  if (isBack) expect(others[0]).toMatchObject({ data: { me: { name: 'Ada' } }, errors: [] });
  else expect(others[0]?.text).toBe(first?.text);
  expect(users.requests).toHaveLength(2);
});
