import { describe, expect, it } from 'vitest';
import { answerJson, answerKeys, createSigningKey, type Issuer, sign, startIssuer, startMs } from './issuer.ts';
import { bearer, startIdentify, wordFor } from './start-identify.ts';

const nowSeconds = startMs / 1_000;

/** An endpoint that knows these tokens. */
async function startEndpoint(tokens: Readonly<Record<string, object>>) {
  const bodies: string[] = [];
  const issuer = await startIssuer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    bodies.push(body);
    const token = new URLSearchParams(body).get('token') ?? '';
    const known = Object.hasOwn(tokens, token) ? { active: true, ...tokens[token] } : { active: false };
    await answerJson(known)(request, response);
  });
  return Object.assign(issuer, { bodies });
}

function start(issuer: Issuer, more: Record<string, unknown> = {}, section: Record<string, unknown> = {}) {
  const introspection = { url: issuer.url, clientId: 'gate way', clientSecret: 'p:ss', timeout: '300ms', ...more };
  return startIdentify({ introspection, ...section });
}

describe('an opaque token', () => {
  it('is introspected with the credentials of the gateway, once however many bring it', async () => {
    const claims = { sub: 'ada', scope: 'read write', roles: ['admin'], plan: 'gold', exp: nowSeconds + 5 };
    await using issuer = await startEndpoint({ 'opaque-1': claims });
    await using identify = start(issuer, { tier: 'plan', cacheFor: '30s' });
    const asks = Array.from({ length: 20 }, () => identify.ask(bearer('opaque-1')));
    for (const outcome of await Promise.all(asks)) {
      expect(outcome).toMatchObject({
        kind: 'opaqueToken',
        subject: 'ada',
        scopes: new Set(['read', 'write']),
        roles: new Set(['admin']),
        tier: 'gold',
        expiresAtMs: startMs + 5_000,
      });
    }
    expect(issuer.bodies).toEqual(['token=opaque-1&token_type_hint=access_token']);
    const basic = `Basic ${Buffer.from('gate%20way:p%3Ass').toString('base64')}`;
    expect(issuer.requests[0]?.headers).toMatchObject({ authorization: basic });
    identify.pass(4_999);
    expect(wordFor(await identify.ask(bearer('opaque-1')))).toBe('ada');
    expect(issuer.bodies.length).toBe(1);
    identify.pass(1);
    expect(wordFor(await identify.ask(bearer('opaque-1')))).toBe('UNAUTHENTICATED');
    expect(issuer.bodies.length).toBe(2);
  });

  it.each([
    ['is unknown', undefined],
    ['has expired', { exp: nowSeconds }],
    ['has an end that is no number', { exp: '4102444800' }],
    ['is not valid yet', { nbf: nowSeconds + 60 }],
    ['is for another audience', { aud: ['other'] }],
    ['names no audience', { aud: undefined }],
    ['names a subject that is no name', { sub: { admin: true } }],
  ])('is refused when it %s, without asking again for a while', async (_case, claims) => {
    await using issuer = await startEndpoint(claims === undefined ? {} : { t: { sub: 'ada', aud: 'shop', ...claims } });
    await using identify = start(issuer, { audience: 'shop', cacheFor: '5s' });
    for (let times = 0; times < 3; times++) {
      expect(wordFor(await identify.ask(bearer('t')))).toBe('UNAUTHENTICATED');
    }
    expect(issuer.bodies.length).toBe(1);
    identify.pass(5_000);
    expect(wordFor(await identify.ask(bearer('t')))).toBe('UNAUTHENTICATED');
    expect(issuer.bodies.length).toBe(2);
  });

  it.each([
    ['says nothing', () => {}],
    ['fails', answerJson({ active: true, sub: 'eve' }, 500)],
    ['refuses the gateway', answerJson({ error: 'invalid_client' }, 401)],
    ['answers a list', answerJson([{ active: true }])],
    ['does not say whether it is active', answerJson({ active: 'true', sub: 'eve' })],
    ['answers a page', (_request: unknown, response: { end: (text: string) => void }) => response.end('<html>')],
  ])('cannot be verified when the endpoint %s, unless it was before', async (_case, outage) => {
    await using issuer = await startEndpoint({ known: { sub: 'ada' }, unknown: { sub: 'bob' } });
    await using identify = start(issuer, { cacheFor: '30s' });
    expect(wordFor(await identify.ask(bearer('known')))).toBe('ada');
    const working = issuer.handle;
    issuer.handle = outage;
    const startedAt = performance.now();
    expect(wordFor(await identify.ask(bearer('unknown')))).toBe('OVERLOADED');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(wordFor(await identify.ask(bearer('known')))).toBe('ada');
    issuer.handle = working;
    expect(wordFor(await identify.ask(bearer('unknown')))).toBe('bob');
  });

  it('is not one of so many that the endpoint is flooded', async () => {
    await using issuer = await startEndpoint({});
    await using identify = start(issuer, { timeout: '2s' });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) => identify.ask(bearer(`made-up-${index}`))),
    );
    const words = outcomes.map(wordFor);
    expect(issuer.bodies.length).toBe(64);
    expect(words.filter((word) => word === 'UNAUTHENTICATED').length).toBe(64);
    expect(words.filter((word) => word === 'OVERLOADED').length).toBe(136);
    expect(wordFor(await identify.ask(bearer('made-up-again')))).toBe('UNAUTHENTICATED');
  });

  it('may come beside JWTs, which are never introspected then', async () => {
    const key = await createSigningKey('key-1');
    await using issuer = await startEndpoint({ 'opaque-1': { sub: 'ada' }, 'v4.public.x': { sub: 'bob' } });
    await using keys = await startIssuer(answerKeys(key));
    const jwt = [{ issuer: 'https://issuer.test/', jwks: keys.url, audience: 'shop' }];
    await using identify = start(issuer, {}, { jwt });
    expect(wordFor(await identify.ask(bearer(await sign(key, { sub: 'eve' }))))).toBe('eve');
    expect(wordFor(await identify.ask(bearer(await sign(key, { aud: 'other' }))))).toBe('UNAUTHENTICATED');
    expect(issuer.bodies.length).toBe(0);
    expect(wordFor(await identify.ask(bearer('opaque-1')))).toBe('ada');
    expect(wordFor(await identify.ask(bearer('v4.public.x')))).toBe('bob');
  });
});
