import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedRegistry, startScriptedRegistry } from './scripted-registry.ts';

let registry: ScriptedRegistry;
beforeAll(async () => {
  registry = await startScriptedRegistry();
});
beforeEach(() => {
  registry.answers.clear();
  registry.requests.length = 0;
});
afterAll(() => registry.stop());

const base = '/v1/graphs/shop/production';
const ref = { graph: 'shop', variant: 'production' };
const commit = { author: { name: 'ci' }, at: Date.UTC(2027, 0, 31, 12, 30), message: 'm', revision: 'a'.repeat(40) };
const published = { version: 43, isNew: true, changes: [], changeCount: 0, hints: [], contracts: [] };
const settings = { approvals: 2, refuseBreaking: true, usageDays: 30, checks: { usesMin: 1 } };
const contract = { source: 'production', include: ['public'], exclude: [], hideUnreachable: true };
const cause = (kind: string, more: object = {}) => ({ version: 1, cause: { kind, ...more }, commit });
const token = { id: 'tok', name: 'ci', role: 'publisher', teams: ['content'], variants: [], createdAt: 0 };

const webhook = { id: 'chat', url: 'https://chat.test', events: ['published'], createdAt: 0, deliveries: [] };
const delivery = {
  event: 'published',
  at: commit.at,
  state: 'failed',
  attempts: 9,
  nextAt: commit.at,
  outcome: 'HTTP 500',
};

interface Case {
  readonly argv: string;
  readonly request: string;
  readonly sent?: unknown;
  readonly answer: unknown;
  readonly prints: readonly (string | RegExp)[];
}

const cases: readonly Case[] = [
  {
    argv: 'unpublish reviews --base 42 --message gone',
    request: `DELETE ${base}/subgraphs/reviews?message=gone&base=42`,
    answer: published,
    prints: ['Unpublished reviews: shop@production is at version 43 now.\nClients see no difference.\n'],
  },
  {
    argv: 'unpublish reviews --allow-breaking',
    request: `DELETE ${base}/subgraphs/reviews?allowBreaking=true`,
    answer: published,
    prints: ['Unpublished reviews'],
  },
  {
    argv: 'subgraphs --graph shop@staging',
    request: 'GET /v1/graphs/shop/staging/subgraphs',
    answer: {
      items: [
        { name: 'reviews', kind: 'rest', url: 'http://r.test', team: 'content', lastChange: { ...commit, version: 7 } },
        { name: 'users', kind: 'graphql', url: 'http://u.test/?key=secret' },
        {
          ...{ name: 'taken', kind: 'rest', url: 'http://t.test' },
          lastChange: { ...commit, version: 3, ref: { graph: 'shop', variant: 'production' } },
        },
      ],
    },
    prints: [
      'reviews  rest     content  7                2027-01-31 12:30Z  ci  http://r.test\n',
      'users    graphql  -        -                -                  -   http://u.test\n',
      'taken    rest     -        3 of production  2027-01-31 12:30Z  ci  http://t.test\n',
    ],
  },
  {
    argv: 'history --limit 5 --from abc',
    request: `GET ${base}/versions?limit=5&from=abc`,
    answer: {
      items: [
        cause('publish', { subgraph: 'reviews' }),
        cause('rollback', { to: 41 }),
        cause('promote', { from: ref, version: 3 }),
        cause('contract', { version: 9 }),
        cause('invented-later'),
      ],
    },
    prints: [
      '1        2027-01-31 12:30Z  ci  publish reviews            aaaaaaaaaaaa  m\n',
      ' rollback to 41 ',
      ' promote shop@production 3 ',
      ' contract of 9 ',
      ' invented-later ',
    ],
  },
  {
    argv: 'diff 41 42',
    request: `GET ${base}/diff?from=41&to=42`,
    answer: {
      changes: [{ level: 'breaking', coordinate: 'Query.a', message: 'Field Query.a was removed.' }],
      subgraphs: [
        { name: 'gone', before: { kind: 'federation', url: 'http://g.test', sdl: 'type Query { a: Int }' } },
        { name: 'new', after: { kind: 'federation', url: 'http://n.test/?key=secret', sdl: 'type Query { b: Int }' } },
        {
          name: 'moved',
          before: { kind: 'rest', url: 'http://m.test', sdl: 'a\nb\nc\nd\ne\nf\ng\nh\ni', maxConcurrency: 1 },
          after: { kind: 'rest', url: 'http://o.test', sdl: 'a\nb\nc\nd\nE\nf\ng\nh\ni', maxConcurrency: 2 },
        },
      ],
    },
    prints: [
      'shop@production from version 41 to 42\n  breaking   Field Query.a was removed.\n',
      '\ngone was taken out\n-type Query { a: Int }\n',
      '\nnew was added, at http://n.test\n+type Query { b: Int }\n',
      '\nmoved moved from http://m.test to http://o.test, takes 2 calls at a time now\n@@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    ],
  },
  {
    argv: 'approve 3f1c09a2b3d7 --message fine',
    request: `POST ${base}/changes/3f1c09a2b3d7/approval`,
    sent: { message: 'fine' },
    answer: { change: '3f1c09a2b3d7' },
    prints: ['Change 3f1c09a2b3d7 of shop@production is approved.'],
  },
  {
    argv: 'rollback shop@production --to 41 --message slow',
    request: `POST ${base}/rollback`,
    sent: { to: 41, message: 'slow' },
    answer: published,
    prints: ['Rolled back to version 41: shop@production is at version 43 now.\n'],
  },
  {
    argv: 'promote shop@production --from staging --version 17 --base 42',
    request: `POST ${base}/promote`,
    sent: { from: 'staging', version: 17, base: 42 },
    answer: published,
    prints: ['Promoted from staging: shop@production is at version 43 now.\n'],
  },
  {
    argv: 'graphs',
    request: 'GET /v1/graphs',
    answer: {
      items: [
        { ref, version: 1, settings, latest: cause('publish', { subgraph: 'reviews' }) },
        { ref: { graph: 'shop', variant: 'public' }, version: 0, settings: { ...settings, contract } },
      ],
    },
    prints: [
      'shop@production  1        2027-01-31 12:30Z  ci  publish reviews  -\n',
      'shop@public      -        -                  -   -                production\n',
    ],
  },
  {
    argv: 'variants show shop@production',
    request: `GET ${base}`,
    answer: { ref, version: 1, settings },
    prints: ['approvals that a breaking change needs  2\n', 'checks: usesMin                         1\n'],
  },
  {
    argv: 'variants set shop@production --approvals 2 --no-refuse-breaking --usage-days 90',
    request: `PUT ${base}/settings`,
    sent: { approvals: 2, refuseBreaking: false, usageDays: 90 },
    answer: { settings },
    prints: ['refuses what breaks recorded clients    yes\n'],
  },
  {
    argv: 'variants set shop@public --contract-of production --include public --exclude a --exclude b --no-hide-unreachable',
    request: 'PUT /v1/graphs/shop/public/settings',
    sent: { contract: { source: 'production', include: ['public'], exclude: ['a', 'b'], hideUnreachable: false } },
    answer: {
      settings: { ...settings, contract },
      contract: { ref: { graph: 'shop', variant: 'public' }, version: 1, problems: [] },
    },
    prints: ['exclude                                 nothing\n', 'The contract shop@public is at version 1 now.\n'],
  },
  {
    argv: 'variants set shop@public --no-contract --checks {usesMin:10}'.replace(':1', ':\t1'),
    request: 'PUT /v1/graphs/shop/public/settings',
    sent: { contract: null, checks: { usesMin: 10 } },
    answer: { settings },
    prints: ['shop@public'],
  },
  {
    argv: 'owners set reviews content --graph shop',
    request: 'PUT /v1/graphs/shop/owners/reviews',
    sent: { team: 'content' },
    answer: { graph: 'shop', subgraph: 'reviews', team: 'content' },
    prints: ['Subgraph reviews of shop belongs to team content now.\n'],
  },
  {
    argv: 'tokens create --name ci --role publisher --team content --variant shop@* --variant blog@staging',
    request: 'POST /v1/tokens',
    sent: { name: 'ci', role: 'publisher', teams: ['content'], variants: ['shop@*', 'blog@staging'] },
    answer: { token, secret: 'ovl_secret' },
    prints: ['ovl_secret\n'],
  },
  {
    argv: 'tokens list',
    request: 'GET /v1/tokens',
    answer: {
      items: [
        token,
        { ...token, id: 'old', expiresAt: commit.at },
        { ...token, id: 'bad', variants: ['shop@*'], revokedAt: commit.at },
      ],
    },
    prints: [
      'tok  ci    publisher  content  all       no end\n',
      'old  ci    publisher  content  all       2027-01-31 12:30Z\n',
      'bad  ci    publisher  content  shop@*    revoked 2027-01-31 12:30Z\n',
    ],
  },
  {
    argv: 'audit --limit 1 --graph shop@production',
    request: 'GET /v1/audit?ref=shop%40production&limit=1',
    answer: {
      items: [{ id: 1, ...commit, action: 'publish', ref, details: { version: 3, teams: [], text: 'x'.repeat(100) } }],
    },
    prints: [`2027-01-31 12:30Z  ci  publish  shop@production  version=3 text=${'x'.repeat(40)}...\n`],
  },
  {
    argv: 'uses User.email --days 7',
    request: `GET ${base}/usage?coordinate=User.email&days=7`,
    answer: {
      items: [
        {
          coordinate: 'User.email',
          count: 1_234_567,
          clients: [{ name: 'web', version: '1', count: 1_234_567 }],
          operations: [{ hash: 'f'.repeat(64), count: 1_234_567 }],
        },
      ],
    },
    prints: [
      'User.email of shop@production was used 1,234,567 times in the last 7 days, by 1 client with 1 operation.\n',
      /^web +1 +1,234,567$/m,
      /^- +f{12} +1,234,567$/m,
    ],
  },
  {
    argv: 'uses User.email',
    request: `GET ${base}/usage?coordinate=User.email&days=30`,
    answer: { items: [] },
    prints: ['Nobody used User.email of shop@production in the last 30 days.\n'],
  },
  {
    argv: 'deprecations --days 7',
    request: `GET ${base}/deprecations?days=7`,
    answer: {
      items: [
        {
          coordinate: 'User.email',
          reason: 'Use emails.',
          sunset: '2027-06-30',
          count: 30,
          clients: Array.from({ length: 6 }, (_, index) => ({ name: `app${index}`, version: '1', count: 5 })),
        },
        { coordinate: 'User.age', reason: 'None.', count: 0, clients: [] },
      ],
    },
    prints: [
      'User.email  2027-06-30  30    app0 1 (5), app1 1 (5), app2 1 (5), app3 1 (5), app4 1 (5) and 1 more  Use emails.\n',
      /^User\.age {4}- {11}0 {5}- +None\.$/m,
    ],
  },
  {
    argv: 'webhooks set chat --url https://chat.test --event published --event check.failed --secret whsec_s',
    request: 'PUT /v1/webhooks/chat',
    sent: { url: 'https://chat.test', events: ['published', 'check.failed'], secret: 'whsec_s' },
    answer: { id: 'chat', url: 'https://chat.test', events: ['published'], createdAt: 0, secret: 'whsec_s' },
    prints: ['whsec_s\n'],
  },
  {
    argv: 'webhooks list',
    request: 'GET /v1/webhooks',
    answer: {
      items: [
        { ...webhook, deliveries: [delivery] },
        { ...webhook, id: 'new' },
      ],
    },
    prints: [
      'chat  failed 2027-01-31 12:30Z  published  https://chat.test\n',
      'new   -                         published  https://chat.test\n',
    ],
  },
];

describe('a command', () => {
  it.each(cases)('asks and prints: overlock $argv', async ({ argv, request, sent, answer, prints }) => {
    registry.answers.set(request, { body: answer });
    const { exitCode, stdout } = await registry.run(argv.split(' '));
    expect(registry.requests).toMatchObject([{ line: request }]);
    expect(registry.requests[0]?.body).toEqual(sent);
    expect(exitCode).toBe(0);
    for (const text of prints) expect(stdout).toMatch(text);
    const json = await registry.run([...argv.split(' '), '--json']);
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([0, answer]);
  });

  it('says where a list goes on', async () => {
    registry.answers.set('GET /v1/audit?limit=20', { body: { items: [], next: '17' } });
    expect(await registry.run(['audit'])).toMatchObject({ exitCode: 0, stderr: 'There is more: add --from 17\n' });
  });

  it('revokes a token', async () => {
    registry.answers.set('DELETE /v1/tokens/tok', { status: 204, body: '' });
    const revoked = { exitCode: 0, stdout: '', stderr: 'Token tok is revoked.\n' };
    expect(await registry.run(['tokens', 'revoke', 'tok'])).toEqual(revoked);
  });
});

describe('overlock webhooks', () => {
  it('shows what one was told, and removes it', async () => {
    registry.answers.set('GET /v1/webhooks', { body: { items: [{ ...webhook, deliveries: [delivery] }] } });
    registry.answers.set('DELETE /v1/webhooks/chat', { status: 204, body: '' });
    const row = '2027-01-31 12:30Z  published  failed  9         2027-01-31 12:30Z  HTTP 500\n';
    expect(await registry.run(['webhooks', 'show', 'chat'])).toMatchObject({ stdout: expect.stringContaining(row) });
    expect(await registry.run(['webhooks', 'show', 'mail'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no webhook mail.'),
    });
    const removed = { exitCode: 0, stdout: '', stderr: 'Webhook chat is removed.\n' };
    expect(await registry.run(['webhooks', 'remove', 'chat'])).toEqual(removed);
  });
});

describe('overlock show', () => {
  const supergraphSdl = 'type Query { a: Int }';
  const version = {
    ...cause('publish'),
    supergraphSdl,
    subgraphs: [{ name: 'a', kind: 'rest', url: 'u', sdl: 'sdl\n' }],
  };

  it('prints a schema and nothing else', async () => {
    registry.answers.set(`GET ${base}`, {
      body: { ref, version: 3, settings, latest: { ...cause('publish'), version: 3 } },
    });
    registry.answers.set(`GET ${base}/versions/3`, { body: version });
    expect(await registry.run(['show'])).toEqual({ exitCode: 0, stdout: `${supergraphSdl}\n`, stderr: '' });
    expect(await registry.run(['show', '--version', '3', '--subgraph', 'a'])).toMatchObject({ stdout: 'sdl\n' });
    expect(JSON.parse((await registry.run(['show', '--json'])).stdout)).toEqual(version);
    expect(await registry.run(['show', '--subgraph', 'b'])).toMatchObject({
      exitCode: 1,
      stderr: 'error: Version 1 of shop@production has no subgraph b; it has a.\n',
    });
  });

  it('says when there is nothing yet, and takes one kind of schema', async () => {
    registry.answers.set(`GET ${base}`, { body: { ref, version: 0, settings } });
    expect(await registry.run(['show'])).toMatchObject({
      exitCode: 1,
      stderr: 'error: Nothing was published to shop@production yet.\n',
    });
    expect(await registry.run(['show', '--public', '--subgraph', 'a'])).toMatchObject({ exitCode: 2 });
  });
});
