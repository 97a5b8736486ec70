import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleCount, sampleOperation } from '../../../support/registry-samples.ts';
import { type Story, tellStory } from '../../../support/registry-story.ts';
import { openTestRegistry, type TestRegistry } from '../../../support/test-registry.ts';

const origin = 'http://registry.test';
const production = '/graphs/shop/production';
const hourMs = 3_600_000;

let registry: TestRegistry;
let story: Story;
let admin: string;

beforeAll(async () => {
  registry = await openTestRegistry();
  const { clock } = registry;
  story = await tellStory({
    ask: registry.ask,
    now: () => clock.now,
    wait: (hours) => {
      clock.now += hours * hourMs;
    },
  });
  admin = await registry.createToken({ name: 'Grace', role: 'admin' });
});
afterAll(() => registry[Symbol.asyncDispose]());

const send = (path: string, init: RequestInit = {}) => registry.fetch(new Request(`${origin}${path}`, init));

function signIn(
  token: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
) {
  return send('/sign-in', { method: 'POST', body: new URLSearchParams({ token, ...fields }), headers });
}

/** What a browser sends back of what it was given. */
async function cookieOf(token: string): Promise<string> {
  const [cookie = ''] = (await signIn(token)).headers.getSetCookie();
  return cookie.split(';', 1)[0] ?? '';
}

async function show(path: string, token = admin) {
  const answer = await send(path, { headers: { cookie: await cookieOf(token) } });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

describe('signing in', () => {
  it('leads who is not signed in to the form, and on to where they wanted to go', async () => {
    const away = await send(`${production}/schema?q=price`);
    expect(away.status).toBe(303);
    const form = new URL(away.headers.get('location') ?? '', origin);
    expect(form.pathname).toBe('/sign-in');
    const next = form.searchParams.get('next') ?? '';
    expect(await (await send(form.pathname + form.search)).text()).toContain(
      `name="next" value="${production}/schema?q=price"`,
    );
    const signedIn = await signIn(admin, { next });
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, `${production}/schema?q=price`]);
  });

  it('keeps the token out of the cookie, which no script and no other site can use', async () => {
    const [cookie = ''] = (await signIn(admin)).headers.getSetCookie();
    expect(cookie).toMatch(/^overlock=[\w-]{80,}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(Buffer.from(cookie.slice(9, 200), 'base64url').toString('latin1')).not.toContain(admin.slice(4, 20));
    const [secure = ''] = (await signIn(admin, {}, { 'x-forwarded-proto': 'https' })).headers.getSetCookie();
    expect(secure).toMatch(/^__Host-overlock=.*; Secure; /);
    expect(JSON.stringify(registry.lines)).not.toContain(admin);
  });

  it.each(['', 'ovl_wrong', `ovl_${'x'.repeat(43)}`])(
    'says in a sentence that the token %j is not accepted',
    async (token) => {
      const answer = await signIn(token, { next: production });
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
      const text = await answer.text();
      expect(text).toContain('role="alert">This token is not accepted.');
      expect(text).toContain(`name="next" value="${production}"`);
    },
  );

  it.each([
    '//evil.test',
    'https://evil.test',
    '/graphs/a b',
    '/\\evil.test',
    '/sign-in',
    `/graphs/${'a'.repeat(3_000)}`,
  ])('does not go on to %j', async (next) => {
    expect((await signIn(admin, { next })).headers.get('location')).toBe('/');
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.test', host: 'registry.test' },
    { origin: 'null', host: 'registry.test' },
  ])('takes no form of another site: %j', async (headers) => {
    const answer = await signIn(admin, {}, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const signOut = await send('/sign-out', { method: 'POST', headers });
    expect(signOut.headers.getSetCookie()).toEqual([]);
  });

  it('refuses a form that is larger than any of its own', async () => {
    expect((await signIn('x'.repeat(10_000))).status).toBe(413);
  });

  it('ends with the day, with the token, and with signing out', async () => {
    const secret = await registry.createToken({ name: 'leaving', role: 'reader' });
    const { id = '' } = (await registry.store.listTokens()).find(({ name }) => name === 'leaving') ?? {};
    const cookie = await cookieOf(secret);
    const statusOf = async () => (await send('/', { headers: { cookie } })).status;
    expect(await statusOf()).toBe(200);
    const { now } = registry.clock;
    registry.clock.now = now + 12 * hourMs;
    expect(await statusOf()).toBe(303);
    registry.clock.now = now;
    expect(await statusOf()).toBe(200);
    await registry.ask(`DELETE /v1/tokens/${id}`);
    expect(await statusOf()).toBe(303);
    const out = await send('/sign-out', { method: 'POST', headers: { cookie: await cookieOf(admin) } });
    expect(out.headers.getSetCookie()[0]).toMatch(/^overlock=; Max-Age=0; Path=\/$/);
  });

  it.each([
    ['another one', (cookie: string) => cookie.replace(/.(?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A'))],
    ['a short one', (cookie: string) => cookie.slice(0, 30)],
    ['nonsense', () => 'overlock=%00%ff'],
    ['none', () => 'overlock='],
  ])('does not take %s for the cookie', async (_name, change) => {
    const cookie = change(await cookieOf(admin));
    expect((await send('/', { headers: { cookie } })).status).toBe(303);
  });
});

describe('what a token may see', () => {
  it('is what it may read', async () => {
    const { text } = await show('/', story.tokens.reader);
    expect(text).toContain(`href="${production}"`);
    expect(text).not.toContain('/graphs/shop/staging');
    const refused = await show('/graphs/shop/staging', story.tokens.reader);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('may not read shop@staging. Ask an admin for another one.');
    // Whether it exists is not told either.
    expect((await show('/graphs/shop/nowhere', story.tokens.reader)).status).toBe(403);
  });

  it('is nothing for a gateway', async () => {
    expect((await show('/', story.tokens.gateway)).text).toContain('This token may not read any graph.');
    expect((await show(production, story.tokens.gateway)).status).toBe(403);
  });
});

describe('pages', () => {
  it('may load nothing but what the registry serves, and are kept nowhere', async () => {
    for (const path of ['/', '/sign-in', production, `${production}/nothing`]) {
      const { headers } = await show(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
    }
    const { text } = await show('/');
    for (const [, path = ''] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const asset = await send(path);
      expect([path, asset.status]).toEqual([path, 200]);
      expect(asset.headers.get('cache-control')).toContain('immutable');
    }
  });

  it.each([
    [production, ['rolled back to', 'logistics', 'http://accounts.shop.internal/graphql', 'title="2026-']],
    [`${production}/subgraphs/recommendations`, ['GraphQL without federation', 'productsByUpc(upcs:)', 'many at once']],
    [
      `${production}/schema/Product`,
      ['upc</code> <span class="muted">everywhere', 'Something the shop sells', '2,296,664'],
    ],
    [
      `${production}/schema/Product/starsPerTenEuros`,
      ['which needs <code>price</code>', 'Nobody used it in the last 30 days'],
    ],
    [`${production}/schema/Product/rating`, ['Used 2,296,664 times', 'newsletter', 'ProductCard']],
    [`${production}/schema/Product/rating?days=1`, ['Nobody used it in the last day.']],
    [`${production}/schema?only=deprecated`, ['1 match found', 'User.fullName', 'Use <code>name</code>']],
    [`${production}/deprecations`, ['User.fullName', '2026-06-30', 'back-office 12']],
    [`${production}/history`, ['Discounts were wrong', '77d0c1b2e9aa', 'catalog CI']],
    [
      `${production}/history/8`,
      ['Field Product.discount was added.', '<ins>  discount: String</ins>', '<del>  &quot;In euro cents.&quot;</del>'],
    ],
    [`${production}/diff?from=8&to=9`, ['Field Product.discount was removed.', 'breaking</span>']],
    [`${production}/checks`, ['1 composition problem', '2 breaking changes', '1 safe change']],
    [`${production}/picture`, ['<title>reviews answers 4 fields of Product', 'The same as a table']],
    [`${production}/picture?subgraph=accounts`, ['1 type across 2 subgraphs']],
    ['/graphs/shop/partners', ['contract of production', '@tag(name: "internal")', 'derived from version']],
    ['/graphs/shop/staging/schema', ['Nothing was published yet', '--graph shop@staging']],
    ['/graphs/shop/staging', ['1 for each breaking change']],
  ])('%s tells what it is about', async (path, told) => {
    const { status, text } = await show(path);
    expect(status).toBe(200);
    for (const part of told) expect(text).toContain(part);
  });

  it('tells of a failed check whom it would break, and how it may pass', async () => {
    const { text } = await show(`${production}/checks/${story.checks.failed}`);
    for (const part of [
      'Field Product.rating was removed.',
      'Used 2,296,664 times',
      'ProductPage',
      'naming-convention',
      'overlock approve',
    ]) {
      expect(text).toContain(part);
    }
    expect((await show(`${production}/checks/${story.checks.uncomposed}`)).text).toContain('What composition says');
    expect((await show(`${production}/checks/${story.checks.passed}`)).text).toContain('passed</span>');
  });

  it.each([
    '/graphs',
    '/graphs/shop',
    '/graphs/shop/nowhere',
    '/graphs/shop/-/schema',
    `${production}/nothing`,
    `${production}/subgraphs/nobody`,
    `${production}/schema/Nothing`,
    `${production}/schema/Product/nothing`,
    `${production}/schema/__proto__/constructor`,
    `${production}/history/0`,
    `${production}/history/99`,
    `${production}/diff?from=1`,
    `${production}/checks/none`,
  ])('answers 404 and says so at %s', async (path) => {
    const { status, text, headers } = await show(path);
    expect(status).toBe(404);
    if (path.startsWith('/graphs/')) {
      expect(headers.get('content-type')).toContain('text/html');
      expect(text).toContain('<h1>Not found</h1>');
    }
  });

  it.each([
    'q=%00%ff((((',
    'page=-1',
    'page=99999999999',
    'days=0',
    'days=abc',
    'subgraph=nobody&kind=nothing&only=nothing',
    `q=${'x'.repeat(5_000)}`,
  ])('takes %j for a search', async (query) => {
    expect((await show(`${production}/schema?${query}`)).status).toBe(200);
    expect((await show(`${production}/schema/Query?${query}`)).status).toBe(200);
  });

  it('shows where subgraphs answer, without the query of the URL, which may be secret', async () => {
    const place = 'PUT /v1/graphs/places/x/subgraphs/a';
    for (const url of ['http://a.test/?key=letmein', 'http://b.test/?key=letmein', 'http://b.test/?key=letmein-2']) {
      expect(await registry.ask(place, { body: { url, sdl: 'type Query { a: Int }' } })).toMatchObject({ status: 200 });
    }
    const shown = [
      ['', 'http://b.test'],
      ['/subgraphs/a', 'http://b.test'],
      ['/diff?from=1&to=2', 'moved from http://a.test to http://b.test'],
      ['/diff?from=2&to=3', 'has another query or other credentials in its URL'],
    ];
    for (const [path = '', words] of shown) {
      const { text } = await show(`/graphs/places/x${path}`);
      expect([path, text]).toEqual([path, expect.stringContaining(words ?? '')]);
      expect(text).not.toContain('letmein');
    }
  });

  it('shows what teams write, and nothing of it is markup', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    const sdl = `"${evil} \`code\`" type Query { "${evil}" a(b: String = "${evil}"): Int @deprecated(reason: "${evil}") }`;
    const body = { url: 'http://a.test/<script>', sdl, message: evil, revision: evil };
    expect(await registry.ask('PUT /v1/graphs/evil/x/subgraphs/a', { body })).toMatchObject({ status: 200 });
    await registry.ask('POST /v1/graphs/evil/x/subgraphs/a/check', { body: { ...body, sdl: sdl.replace('a(', 'c(') } });
    await registry.ask('PUT /v1/graphs/evil/x/subgraphs/a', {
      body: { ...body, sdl: sdl.replace('Int', 'Float'), allowBreaking: true },
    });
    const [{ id = '' } = {}] = await registry.store.listChecks({ graph: 'evil', variant: 'x' }, 1);
    const paths = [
      '',
      '/subgraphs/a',
      '/schema',
      '/schema/Query',
      '/schema/Query/a',
      '/deprecations',
      '/history',
      '/history/2',
      '/checks',
      `/checks/${id}`,
    ];
    for (const path of [...paths, `/schema?q=${encodeURIComponent(evil)}`]) {
      const { status, text } = await show(`/graphs/evil/x${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect(text.match(/<script(?! type="module" src="\/assets\/)|<img(?! src="\/assets\/)/g)).toBeNull();
    }
  });
});

describe('a canary', () => {
  it('is marked where its variant is shown, with its share, figures and end', async () => {
    const at = '/v1/graphs/birds/production';
    const body = (field: string) => ({ url: 'http://a.test', sdl: `type Query { a: Int ${field}: Int }` });
    await registry.ask(`PUT ${at}/subgraphs/a`, { body: body('b') });
    const a = sampleOperation('Sing', ['Query.a']);
    await registry.ask(`PUT ${at}/subgraphs/a`, {
      body: { ...body('b'), sdl: `${body('b').sdl} type Extra { a: Int }`, canary: { percent: 25 } },
    });
    const counts = [1, 2].map((version) => sampleCount(a, { version, count: 4_000, errors: version === 1 ? 0 : 10 }));
    await registry.ask(`POST ${at}/usage`, { body: { id: 'birds', at: registry.clock.now, operations: [a], counts } });
    for (const path of ['/graphs/birds/production', '/graphs/birds/production/history']) {
      const { text } = await show(path);
      for (const part of ['25 % of the clients', 'no worse than the stable version', 'Sing', '4,000', '0.3 %']) {
        expect([path, text]).toEqual([path, expect.stringContaining(part)]);
      }
    }
    await registry.ask(`POST ${at}/canary/abort`, { body: { message: 'Out of tune.' } });
    expect((await show('/graphs/birds/production')).text).not.toContain('Canary');
    const { text } = await show('/graphs/birds/production/history');
    for (const part of ['rolled back', 'Out of tune.', 'was taken back for']) expect(text).toContain(part);
  });
});

describe('a schema of ten thousand fields', () => {
  it('is shown in parts, and searched at once', async () => {
    const types = Array.from({ length: 100 }, (_, type) => {
      const fields = Array.from({ length: 100 }, (_, field) => `field${type}_${field}(id: ID): Int`);
      return `type Type${type} { ${fields.join('\n')} }`;
    });
    const sdl = `type Query { ${types.map((_, type) => `type${type}: Type${type}`).join('\n')} }\n${types.join('\n')}`;
    await registry.ask('PUT /v1/graphs/large/x/subgraphs/all', { body: { url: 'http://all.test', sdl } });
    await show('/graphs/large/x/schema');
    const startedMs = performance.now();
    const { text } = await show('/graphs/large/x/schema?q=field7');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(text).toContain('2,200 matches found');
    expect(text).toContain('Page 1 of 22');
    expect(text.length).toBeLessThan(150_000);
    expect((await show('/graphs/large/x/schema?q=field7&page=22')).text).toContain('rel="prev"');
    expect((await show('/graphs/large/x/schema?q=field42_17')).text).toContain('Type42.field42_17(id:)');
  });
});
