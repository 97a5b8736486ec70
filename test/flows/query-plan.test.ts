import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanDescription } from '../../gateway/plan/describe-plan.ts';
import { printPlan } from '../../gateway/plan/print-plan.ts';
import { eventStream } from '../support/fake-subgraph.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requiresScopes", "@override"])
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION`;
const ada = { id: '1', name: 'Ada', email: 'ada@home', motto: 'Go' };

let gateway: Federation<'users' | 'posts'>;
beforeAll(async () => {
  gateway = await startFederation({
    subgraphs: {
      users: {
        sdl: `${link}
          type Query { me: User }
          type Mutation { login: User }
          type Subscription { online: User }
          type User @key(fields: "id") {
            id: ID!
            name: String
            email: String @requiresScopes(scopes: [["pii"]])
            motto: String
          }`,
        resolvers: {
          Query: { me: () => ada },
          Mutation: { login: () => ada },
          User: { __resolveReference: () => ada },
        },
      },
      posts: {
        sdl: `${link}
          type Mutation { publish: Int }
          type User @key(fields: "id") {
            id: ID!
            posts: Int
            motto: String @override(from: "users", label: "percent(50)")
          }`,
        resolvers: {
          Mutation: { publish: () => 8 },
          User: { posts: () => 7, motto: () => 'Go' },
        },
      },
    },
    sections: {
      queryPlan: { scopes: ['dev'] },
      identity: { jwt: [issuer] },
      authorization: { mode: 'filter' },
      cost: { limit: 5_000, report: true },
    },
  });
  return () => gateway.stop();
});

async function tokenOf(scope: string, subject = 'ada'): Promise<string> {
  return await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
}

interface Answer {
  readonly data: unknown;
  readonly extensions?: { readonly queryPlan?: PlanDescription; readonly cost?: unknown };
}

interface Asking {
  readonly scope?: string;
  readonly subject?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

const byHeader = { 'x-overlock-query-plan': '1' };

async function ask(query: string, { scope = 'dev', subject, headers = byHeader, body = {} }: Asking = {}) {
  const answer = await gateway.ask(query, undefined, {
    headers: { authorization: `Bearer ${await tokenOf(scope, subject)}`, ...headers },
    body: JSON.stringify({ query, ...body }),
  });
  return JSON.parse(answer.text) as Answer;
}

/** The plan as lines without indentation; `undefined` without one. */
function linesOf({ extensions }: Answer): readonly string[] | undefined {
  const lines = extensions?.queryPlan && printPlan(extensions.queryPlan).split('\n');
  return lines?.map((line) => line.trim()).filter((line) => line !== '');
}

const query = '{ me { name posts } }';
const plan = [
  'query: 2 fetches in 2 waves',
  'wave 1',
  'fetch 1 from users',
  '{ me { name id } }',
  'wave 2',
  'fetch 2 from posts, after 1',
  'for each User at me { id }',
  '{ ... on User { posts } }',
];

describe('extensions.queryPlan', () => {
  it('shows how an operation is answered, beside its answer, to who may see it and asks for it', async () => {
    const answer = await ask(query);
    expect(answer.data).toEqual({ me: { name: 'Ada', posts: 7 } });
    expect(answer.extensions?.cost).toMatchObject({ estimated: 1 });
    expect(linesOf(answer)).toEqual(plan);
    expect(linesOf(await ask(query, { headers: {}, body: { extensions: { queryPlan: true } } }))).toEqual(plan);
  });

  it.each<[string, Asking]>([
    ['who does not ask for it', { headers: {} }],
    [
      'who asks by another value',
      { headers: { 'x-overlock-query-plan': '0' }, body: { extensions: { queryPlan: 'yes' } } },
    ],
    ['who may not see it', { scope: 'pii' }],
  ])('is not there for %s', async (_who, asking) => {
    const { data, extensions } = await ask(query, asking);
    expect(data).toEqual({ me: { name: 'Ada', posts: 7 } });
    expect(Object.keys(extensions ?? {})).toEqual(['cost']);
  });

  it('is of what is left of an operation of which something is withheld', async () => {
    const answer = await ask('{ me { email name } }');
    expect(answer.data).toEqual({ me: { email: null, name: 'Ada' } });
    expect(linesOf(answer)?.slice(2)).toEqual([
      'fetch 1 from users',
      expect.stringMatching(/^\{ me \{ .*name .*\} \}$/),
    ]);
    expect(JSON.stringify(answer.extensions?.queryPlan)).not.toContain('email');
    expect(linesOf(await ask('{ me { email name } }', { scope: 'dev pii' }))?.at(-1)).toBe('{ me { email name } }');
  });

  it('is of the values of conditions', async () => {
    const conditional = 'query Q($p: Boolean!) { me { name posts @include(if: $p) } }';
    const fetchesFor = async (p: boolean) => {
      const { extensions } = await ask(conditional, { body: { variables: { p } } });
      return extensions?.queryPlan?.fetches;
    };
    expect([await fetchesFor(true), await fetchesFor(false), await fetchesFor(true)]).toEqual([2, 1, 2]);
  });

  it('shows the root fields of a mutation one after the other', async () => {
    const { data, extensions } = await ask('mutation { login { posts } publish }');
    expect(data).toEqual({ login: { posts: 7 }, publish: 8 });
    const steps = extensions?.queryPlan?.waves.flat();
    expect(steps).toMatchObject([
      { subgraph: 'users', after: [] },
      { subgraph: 'posts', after: [1] },
      { subgraph: 'posts', after: [2] },
    ]);
  });

  it('shows that introspection asks no subgraph', async () => {
    const { extensions } = await ask('{ __schema { queryType { name } } }');
    expect(extensions?.queryPlan).toEqual({ kind: 'query', fetches: 0, waves: [] });
  });

  it('comes with the first event of a subscription', async () => {
    const event = { data: { online: { __typename: 'User', id: '1', name: 'Ada' } } };
    gateway.subgraphs.users.behave(
      eventStream((send, response) => {
        for (let count = 0; count < 2; count++) send(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
        response.end('event: complete\ndata: \n\n');
      }),
    );
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        ...byHeader,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await tokenOf('dev')}`,
      },
      body: JSON.stringify({ query: 'subscription { online { name posts } }' }),
    });
    const texts = (await response.text()).matchAll(/^data: (\{.*)$/gm);
    gateway.subgraphs.users.behave(gateway.subgraphs.users.healthy);
    const events = Array.from(texts, ([, text = '']) => JSON.parse(text) as Answer);
    const data = { online: { name: 'Ada', posts: 7 } };
    expect(events).toMatchObject([{ data, extensions: { queryPlan: { kind: 'subscription', fetches: 2 } } }, { data }]);
    expect(Object.keys(events[1]?.extensions ?? {})).toEqual(['cost']);
  });
});

describe('an override by percentage', () => {
  it('is on for a share of identities, and always for the same ones', async () => {
    const movedFor = async (subject: string) => {
      const { data, extensions } = await ask('{ me { motto } }', { subject });
      expect(data).toEqual({ me: { motto: 'Go' } });
      return extensions?.queryPlan?.fetches === 2;
    };
    const subjects = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const first = await Promise.all(subjects.map(movedFor));
    expect(first.filter(Boolean).length).toBeGreaterThan(3);
    expect(first.filter(Boolean).length).toBeLessThan(17);
    expect(await Promise.all(subjects.map(movedFor))).toEqual(first);
  });
});
