import { SignJWT } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { toErrorLines } from '../support/ask.ts';
import { type Federation, startFederation } from '../support/federation.ts';

const secret = 'a secret of more than thirty-two bytes';
const identity = { jwt: [{ issuer: 'https://login.example.com/', audience: 'bank', secret }] };
const rules = [{ fields: 'Query.account', acr: ['gold'], maxAge: '5m', when: "'customer' in identity.scopes" }];
const subgraphs = {
  bank: {
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { account: Account rates: Int } type Account @key(fields: "iban") { iban: ID! }`,
    resolvers: { Query: { account: () => ({ iban: 'NL1' }), rates: () => 3 } },
  },
};

let reject: Federation<'bank'>;
let filter: Federation<'bank'>;
beforeAll(async () => {
  const start = (mode: string) =>
    startFederation({ subgraphs, sections: { identity, authorization: { mode, rules } } });
  [reject, filter] = await Promise.all([start('reject'), start('filter')]);
  return () => Promise.all([reject.stop(), filter.stop()]);
});

async function signedIn(claims: Record<string, unknown>) {
  const token = await new SignJWT({ scope: 'customer', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('https://login.example.com/')
    .setAudience('bank')
    .setSubject('ada')
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { headers: { authorization: `Bearer ${token}` } };
}

const nowSeconds = Math.floor(Date.now() / 1_000);
const strong = { acr: 'gold', auth_time: nowSeconds - 10 };
const query = '{ account { iban } rates }';

it('refuses a sign-in that is too weak or too old before any fetch, and says which would do', async () => {
  for (const claims of [{}, { ...strong, acr: 'silver' }, { ...strong, auth_time: nowSeconds - 301 }]) {
    const refused = await reject.ask(query, undefined, await signedIn(claims));
    expect([refused.status, toErrorLines(refused)]).toEqual([401, ['STEP_UP_REQUIRED']]);
    expect(refused.errors[0]?.extensions['stepUp']).toEqual({ acr: ['gold'], maxAge: 300 });
    const challenge = refused.headers.get('www-authenticate');
    expect(challenge).toMatch(/^Bearer error="insufficient_user_authentication", .*acr_values="gold", max_age="300"$/);
  }
  expect(reject.subgraphs.bank.requests).toEqual([]);
  expect((await reject.ask(query, undefined, await signedIn(strong))).data).toEqual({
    account: { iban: 'NL1' },
    rates: 3,
  });
});

it('asks nobody to sign in again whom that would not help', async () => {
  const nobody = await reject.ask(query);
  expect([nobody.status, toErrorLines(nobody)]).toEqual([401, ['UNAUTHENTICATED']]);
  const stranger = await reject.ask(query, undefined, await signedIn({ scope: '' }));
  expect([stranger.status, toErrorLines(stranger)]).toEqual([403, ['FORBIDDEN']]);
});

it('withholds what needs more in filter mode', async () => {
  const answer = await filter.ask(query, undefined, await signedIn({}));
  expect([answer.status, answer.data, toErrorLines(answer)]).toEqual([
    200,
    { account: null, rates: 3 },
    ['STEP_UP_REQUIRED account'],
  ]);
  expect(answer.errors[0]?.extensions['stepUp']).toEqual({ acr: ['gold'], maxAge: 300 });
  expect(JSON.stringify(filter.subgraphs.bank.requests.map(({ body }) => body))).not.toContain('account');
});
