import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../support/ask.ts';
import { type FakeSubgraph, json, startFakeSubgraph } from '../support/fake-subgraph.ts';
import { composeSdl } from '../support/federation.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION
  enum CacheControlScope { PUBLIC PRIVATE }
  type Query { who: String @cacheControl(maxAge: 60, scope: PUBLIC) }`;
const query = '{ who }';
const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Subject {
  readonly gateway: TestGateway;
  readonly stable: FakeSubgraph;
  readonly canary: FakeSubgraph;
}

/** A gateway before a stable group and a canary, of which each says which one it is. */
async function start(groups: object, cache: object, more: Sections = {}): Promise<Subject> {
  const folder = await createTemporaryFolder();
  const [stable, canary] = await Promise.all([
    startFakeSubgraph(json({ data: { who: 'stable' } })),
    startFakeSubgraph(json({ data: { who: 'canary' } })),
  ]);
  closing.push(() => folder.remove(), stable.close, canary.close);
  const supergraph = await folder.write('supergraph.graphql', composeSdl([{ name: 'people', sdl, url: stable.url }]));
  const endpoints = [
    { url: stable.url, group: 'stable' },
    { url: canary.url, group: 'canary' },
  ];
  const traffic = { all: { slowStart: '0s', dedupe: false }, subgraphs: { people: { endpoints, groups } } };
  const gateway = await startTestGateway(
    toConfig({
      graph: { supergraph },
      identity: { jwt: [issuer] },
      traffic,
      cache: { ...cache, debugHeader: true, toClients: { enabled: true } },
      ...more,
    }),
  );
  closing.push(gateway.stop);
  return { gateway, stable, canary };
}

async function tokenOf(subject: string, group: string): Promise<Record<string, string>> {
  const token = await new SignJWT({ group })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('1h')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

const see = async ({ gateway }: Subject, headers: Record<string, string> = {}) => {
  const { data, headers: got } = await ask(gateway.url, query, {}, { headers });
  return [data?.['who'], got.get('cache-control')];
};
const both = { response: { enabled: true }, entity: { enabled: true } };

describe.each([
  ['whole answers', { response: { enabled: true } }],
  ['what subgraphs answer', { entity: { enabled: true } }],
  ['both', both],
])('a canary of a backend, where %s are stored', (_what, cache) => {
  it('has its answers given to nobody else, when it is asked by chance', async () => {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    closing.push(async () => chance.mockRestore());
    const subject = await start({ weights: { stable: 1, canary: 0.9 } }, cache);
    const { canary, stable } = subject;
    expect(await see(subject)).toEqual(['canary', 'no-store']);
    expect(await see(subject)).toEqual(['canary', 'no-store']);
    chance.mockReturnValue(0);
    expect(await see(subject)).toEqual(['stable', 'public, max-age=60']);
    chance.mockReturnValue(0.99);
    expect((await see(subject))[0]).toBe('stable');
    expect([canary.requests.length, stable.requests.length]).toEqual([2, 1]);
  });

  it('has them given to those alone who are sent there because of who they are', async () => {
    const when = 'has(identity.claims.group) && identity.claims.group == "testers"';
    const subject = await start({ weights: { stable: 1, canary: 0 }, rules: [{ group: 'canary', when }] }, cache);
    const { canary, stable } = subject;
    const [ada, bob, eve] = await Promise.all([
      tokenOf('ada', 'testers'),
      tokenOf('bob', 'testers'),
      tokenOf('eve', 'others'),
    ]);
    for (let turn = 0; turn < 2; turn++) {
      expect(await see(subject, ada)).toEqual(['canary', expect.stringMatching(/^private, max-age=(5\d|60)/)]);
      expect((await see(subject, eve))[0]).toBe('stable');
      expect((await see(subject))[0]).toBe('stable');
      expect((await see(subject, bob))[0]).toBe('canary');
    }
    expect([canary.requests.length, stable.requests.length]).toEqual([1, 1]);
  });

  it('has nobody else get what its group was given while it is away', async () => {
    const when = 'has(identity.claims.group) && identity.claims.group == "testers"';
    const subject = await start(
      {
        weights: { stable: 1, canary: 0 },
        rules: [
          { group: 'stable', when },
          { group: 'canary', when: 'true' },
        ],
      },
      cache,
    );
    expect((await see(subject))[0]).toBe('canary');
    expect((await see(subject, await tokenOf('ada', 'testers')))[0]).toBe('stable');
    expect((await see(subject))[0]).toBe('canary');
  });
});
