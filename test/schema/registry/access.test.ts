import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reviews, users } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());

const at = '/v1/graphs/shop/production';
const put = (name: string, body: object, token: string) => registry.ask(`PUT ${at}/subgraphs/${name}`, { body, token });

describe('tokens', () => {
  it('are refused alike whether they are unknown, expired, revoked or no tokens at all', async () => {
    const expired = await registry.createToken({ role: 'reader', expiresAt: registry.clock.now + 1_000 });
    const revoked = await registry.createToken({ role: 'reader', name: 'revoked' });
    const list = await registry.ask('GET /v1/tokens');
    const { items } = list.body as { items: readonly { id: string; name: string }[] };
    const id = items.find(({ name }) => name === 'revoked')?.id;
    expect(await registry.ask('GET /v1/graphs', { token: revoked })).toMatchObject({ status: 200 });
    expect(await registry.ask(`DELETE /v1/tokens/${id}`)).toMatchObject({ status: 204, body: '' });
    registry.clock.now += 1_000;
    const unknown = `ovl_${'b'.repeat(43)}`;
    const answers = await Promise.all([
      ...[undefined, unknown, expired, revoked, 'no token'].map((token) => registry.ask('GET /v1/graphs', { token })),
      registry.ask('GET /v1/graphs', { token: undefined, headers: { authorization: `Basic ${unknown}` } }),
    ]);
    for (const { status, body, headers } of answers) {
      expect({ status, body }).toEqual({ status: 401, body: answers[0]?.body });
      expect(headers.get('www-authenticate')).toBe('Bearer realm="registry"');
    }
  });

  it('are never answered again, and only their digests are kept', async () => {
    const secret = await registry.createToken({ role: 'gateway', name: 'eu' });
    expect(secret).toMatch(/^ovl_[\w-]{43}$/);
    const told = JSON.stringify([
      (await registry.ask('GET /v1/tokens')).body,
      (await registry.ask('GET /v1/audit')).body,
    ]);
    expect(told).toContain('"eu"');
    expect(told).not.toContain(secret);
    expect(await registry.ask('DELETE /v1/tokens/nobody')).toMatchObject({ status: 404 });
  });

  it('cannot be made so that they are of no use, or of more than they say', async () => {
    for (const body of [
      { role: 'publisher' },
      { role: 'reader', teams: ['accounts'] },
      { role: 'admin', variants: ['shop@production'] },
      { role: 'reader', expiresAt: registry.clock.now },
      { role: 'reader', variants: ['shop'] },
      { role: 'king' },
      { role: 'reader', name: '../etc' },
    ]) {
      expect(
        await registry.ask('POST /v1/tokens', { body: { name: 'somebody', ...body } }),
        JSON.stringify(body),
      ).toMatchObject({
        status: 400,
      });
    }
  });

  it('may do what their role and their variants let them', async () => {
    await put('users', users, await registry.createToken({ role: 'publisher', teams: ['accounts'] }));
    const here = { variants: ['shop@production'] };
    const tokens = {
      publisher: await registry.createToken({ role: 'publisher', teams: ['accounts'], ...here }),
      gateway: await registry.createToken({ role: 'gateway', ...here }),
      reader: await registry.createToken({ role: 'reader', variants: ['shop@*'] }),
      elsewhere: await registry.createToken({ role: 'reader', variants: ['shop@staging', 'other@*'] }),
    };
    const report = { id: 'r', at: 0, operations: [], counts: [] };
    const note = { to: 1, base: 99 };
    const asked: readonly (readonly [string, unknown, readonly (keyof typeof tokens)[], number])[] = [
      [`GET ${at}`, undefined, ['publisher', 'reader'], 200],
      [`GET ${at}/versions`, undefined, ['publisher', 'reader'], 200],
      [`GET ${at}/usage`, undefined, ['publisher', 'reader'], 200],
      ['GET /v1/audit?ref=shop@production', undefined, ['publisher', 'reader'], 200],
      [`POST ${at}/subgraphs/users/check`, users, ['publisher'], 200],
      [`POST ${at}/rollback`, note, ['publisher'], 409],
      [`GET ${at}/artifact`, undefined, ['gateway'], 200],
      [`POST ${at}/usage`, report, ['gateway'], 202],
      [`PUT ${at}/settings`, {}, [], 200],
      ['PUT /v1/graphs/shop/owners/users', { team: 'accounts' }, [], 200],
      ['GET /v1/tokens', undefined, [], 200],
      ['GET /v1/webhooks', undefined, [], 200],
      ['GET /v1/audit', undefined, [], 200],
    ];
    for (const [route, body, allowed, status] of asked) {
      for (const [role, token] of Object.entries(tokens)) {
        const expected = (allowed as readonly string[]).includes(role)
          ? { status }
          : { status: 403, body: { code: 'FORBIDDEN' } };
        expect(await registry.ask(route, { token, body }), `${route} as ${role}`).toMatchObject(expected);
      }
      expect(await registry.ask(route, { body }), `${route} as an admin`).toMatchObject({ status });
    }
    const graphs = await Promise.all(Object.values(tokens).map((token) => registry.ask('GET /v1/graphs', { token })));
    expect(graphs.map(({ body }) => (body as { items: readonly object[] }).items.length)).toEqual([1, 0, 1, 0]);
  });
});

describe('teams', () => {
  it('own what they publish first, in all variants, and nobody else may change it', async () => {
    const one = await registry.createToken({ role: 'publisher', teams: ['one'] });
    const two = await registry.createToken({ role: 'publisher', teams: ['two', 'three'] });
    expect(await put('reviews', reviews, one)).toMatchObject({ status: 200 });
    expect(await registry.ask(`GET ${at}/subgraphs/reviews`)).toMatchObject({ body: { team: 'one' } });
    const mine = { url: 'http://two.test', sdl: 'type Query { two: Int }' };
    const refused = {
      status: 403,
      body: { code: 'FORBIDDEN', detail: expect.stringContaining('belongs to team one') },
    };
    expect(await put('reviews', mine, two)).toMatchObject(refused);
    expect(
      await registry.ask('PUT /v1/graphs/shop/staging/subgraphs/reviews', { body: mine, token: two }),
    ).toMatchObject(refused);
    expect(await registry.ask(`DELETE ${at}/subgraphs/reviews`, { token: two })).toMatchObject(refused);
    expect(await put('two', mine, two)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('two, three') },
    });
    expect(await put('two', { ...mine, team: 'one' }, two)).toMatchObject({ status: 403 });
    expect(await put('two', { ...mine, team: 'three' }, two)).toMatchObject({ status: 200 });
    expect(await registry.ask(`POST ${at}/rollback`, { body: { to: 1 }, token: two })).toMatchObject({ status: 403 });
  });

  it('are given subgraphs by admins', async () => {
    const four = await registry.createToken({ role: 'publisher', teams: ['four'] });
    const body = { url: 'http://four.test', sdl: 'type Query { four: Int }' };
    await registry.ask(`PUT ${at}/subgraphs/four`, { body });
    expect(await put('four', { ...body, url: 'http://new.test' }, four)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('has no team yet') },
    });
    await registry.ask('PUT /v1/graphs/shop/owners/four', { body: { team: 'four' } });
    expect(await put('four', { ...body, url: 'http://new.test' }, four)).toMatchObject({ status: 200 });
    expect(await registry.ask('GET /v1/audit?limit=2')).toMatchObject({
      body: {
        items: [
          { action: 'publish', author: { name: 'somebody' } },
          { action: 'owner.set', details: { team: 'four' } },
        ],
      },
    });
  });
});

describe('the first admin', () => {
  it('is made when there is none, and shown once', async () => {
    await using fresh = await openTestRegistry({ adminToken: undefined });
    const token = fresh.firstAdminToken;
    expect(token).toMatch(/^ovl_[\w-]{43}$/);
    expect(await fresh.ask('GET /v1/tokens', { token })).toMatchObject({ body: { items: [{ role: 'admin' }] } });
  });
});
