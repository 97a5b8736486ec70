import { describe, expect, it, vi } from 'vitest';
import { answerJson, answerKeys, createSigningKey, type Issuer, sign, startIssuer } from './issuer.ts';
import { bearer, startIdentify, wordFor } from './start-identify.ts';

const first = await createSigningKey('key-1');
const second = await createSigningKey('key-2');

function start(issuer: Issuer, more: Record<string, unknown> = {}) {
  const jwt = { issuer: 'https://issuer.test/', jwks: issuer.url, audience: 'shop', ...more };
  return startIdentify({ jwt: [jwt], cache: { maxAge: '0s' } });
}

/** Tokens that live longer than any test's clock moves. */
const lasting = { exp: 10_000_000_000 };

/** How an issuer fails, each in its own way. */
const outages: readonly (readonly [string, Issuer['handle']])[] = [
  ['errors', answerJson({ keys: [first.jwk] }, 500)],
  ['silence', () => {}],
  ['a page', (_request, response) => void response.end('<html>Sign in</html>')],
  ['no keys', answerJson({ keys: [] })],
  ['something else in JSON', answerJson(['keys'])],
  ['a closed connection', (request) => void request.socket.destroy()],
  ['a redirect', (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
  ['a flood', (_request, response) => void response.end(Buffer.alloc(1_000_000, 'a'))],
];

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens at the same time', async () => {
    await using issuer = await startIssuer(answerKeys(first));
    await using identify = start(issuer);
    const token = await sign(first);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => identify.ask(bearer(token))));
    expect(new Set(outcomes.map(wordFor))).toEqual(new Set(['ada']));
    expect(issuer.requests.length).toBe(1);
  });

  it('are not asked for by a flood of unknown names', async () => {
    await using issuer = await startIssuer(answerKeys(first));
    await using identify = start(issuer);
    const token = await sign(first);
    const [, payload, signature] = token.split('.');
    for (let index = 0; index < 200; index++) {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: `unknown-${index}` })).toString('base64url');
      expect(wordFor(await identify.ask(bearer(`${header}.${payload}.${signature}`)))).toBe('UNAUTHENTICATED');
      identify.pass(100);
    }
    expect(issuer.requests.length).toBeLessThanOrEqual(3);
    expect(wordFor(await identify.ask(bearer(token)))).toBe('ada');
  });

  it('may be new after the cooldown, for all that wait for them, and old ones end with their age', async () => {
    await using issuer = await startIssuer(answerKeys(first));
    await using identify = start(issuer, { maxAge: '10m', cooldown: '10s' });
    const [old, fresh] = [await sign(first, lasting), await sign(second, lasting)];
    expect(wordFor(await identify.ask(bearer(old)))).toBe('ada');
    issuer.handle = answerKeys(first, second);
    expect(wordFor(await identify.ask(bearer(fresh)))).toBe('UNAUTHENTICATED');
    identify.pass(10_000);
    const waiting = await Promise.all(Array.from({ length: 10 }, () => identify.ask(bearer(fresh))));
    expect(new Set(waiting.map(wordFor))).toEqual(new Set(['ada']));
    expect(issuer.requests.length).toBe(2);

    issuer.handle = answerKeys(second);
    expect(wordFor(await identify.ask(bearer(old)))).toBe('ada');
    identify.pass(600_000);
    expect(wordFor(await identify.ask(bearer(old)))).toBe('UNAUTHENTICATED');
    expect(wordFor(await identify.ask(bearer(fresh)))).toBe('ada');
  });

  it('are renewed in the background before they are too old', async () => {
    await using issuer = await startIssuer(answerKeys(first));
    await using identify = start(issuer, { maxAge: '10m' });
    const token = await sign(first, lasting);
    await identify.ask(bearer(token));
    issuer.handle = () => {};
    identify.pass(500_000);
    const startedAt = performance.now();
    expect(wordFor(await identify.ask(bearer(token)))).toBe('ada');
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await vi.waitFor(() => expect(issuer.requests.length).toBe(2));
  });

  it.each(outages)('outlive an outage: %s', async (_name, outage) => {
    await using issuer = await startIssuer(answerKeys(first));
    await using identify = start(issuer, { maxAge: '5m', maxStale: '1h', cooldown: '10s', timeout: '300ms' });
    const [known, unknown] = [await sign(first, lasting), await sign(second, lasting)];
    expect(wordFor(await identify.ask(bearer(known)))).toBe('ada');
    issuer.handle = outage;
    for (let round = 0; round < 3; round++) {
      identify.pass(1_199_000);
      const startedAt = performance.now();
      expect(wordFor(await identify.ask(bearer(known)))).toBe('ada');
      expect(wordFor(await identify.ask(bearer(unknown)))).toBe('UNAUTHENTICATED');
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
    expect(issuer.requests.map(({ url }) => url)).not.toContain('/elsewhere');
    expect(identify.lines.filter(({ level }) => level === 'error').length).toBe(1);

    identify.pass(60_000);
    expect(wordFor(await identify.ask(bearer(known)))).toBe('OVERLOADED');
    issuer.handle = answerKeys(first, second);
    identify.pass(10_000);
    expect(wordFor(await identify.ask(bearer(known)))).toBe('ada');
    expect(wordFor(await identify.ask(bearer(unknown)))).toBe('ada');
    expect(identify.lines.filter(({ level }) => level === 'info').length).toBe(1);
  });

  it.each(outages)('are waited for in vain no longer than the timeout: %s', async (_name, outage) => {
    await using issuer = await startIssuer(outage);
    await using identify = start(issuer, { timeout: '300ms' });
    const token = await sign(first);
    const startedAt = performance.now();
    expect(await identify.ask(bearer(token))).toMatchObject({ code: 'OVERLOADED', headers: { 'retry-after': '1' } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(wordFor(await identify.ask())).toBe('anonymous');
    issuer.handle = answerKeys(first);
    identify.pass(1_000);
    expect(wordFor(await identify.ask(bearer(token)))).toBe('ada');
  });

  it('serve a minute of load through an outage with a rotation during it, asking once per cooldown', async () => {
    await using issuer = await startIssuer(answerKeys(first));
    const cooldownMs = 5_000;
    await using identify = start(issuer, { maxAge: '20s', maxStale: '1h', cooldown: '5s', timeout: '100ms' });
    const people = await Promise.all(['ada', 'bob', 'eve'].map((sub) => sign(first, { ...lasting, sub })));
    const fresh = await sign(second, lasting);
    for (const token of people) expect(wordFor(await identify.ask(bearer(token)))).not.toBe('UNAUTHENTICATED');

    const askedBefore = issuer.requests.length;
    const stepMs = 250;
    for (let passedMs = 0; passedMs < 60_000; passedMs += stepMs) {
      // First it fails, then it is silent; meanwhile tokens are signed with a key that nobody could be told of.
      issuer.handle = passedMs < 30_000 ? answerJson({}, 503) : () => {};
      identify.pass(stepMs);
      const known = await Promise.all(people.map((token) => identify.ask(bearer(token))));
      expect(known.map(wordFor)).toEqual(['ada', 'bob', 'eve']);
      if (passedMs >= 20_000) expect(wordFor(await identify.ask(bearer(fresh)))).toBe('UNAUTHENTICATED');
    }
    expect(issuer.requests.length - askedBefore).toBeLessThanOrEqual(60_000 / cooldownMs + 1);
    expect(issuer.requests.length - askedBefore).toBeGreaterThan(5);

    issuer.handle = answerKeys(first, second);
    identify.pass(cooldownMs);
    expect(wordFor(await identify.ask(bearer(fresh)))).toBe('ada');
  });
});
