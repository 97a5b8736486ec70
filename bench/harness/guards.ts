import { type CryptoKey, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { type Service, services } from '../scenario/services.ts';
import { type Contender, createOverlock } from './contenders.ts';

type Sections = Readonly<Record<string, unknown>>;

const issuer = 'https://login.example.com/';
const audience = 'shop';
const roles = ['customer'];

const { accounts } = services;
if (accounts === undefined) throw new Error('The scenario has no accounts.');

/** The services with directives on all that the light query asks for. Enforced by gateways, so the subgraphs stay as they are. */
export const guardedServices: Readonly<Record<string, Service>> = {
  ...services,
  accounts: {
    ...accounts,
    sdl: accounts.sdl
      .replace(/federation\/v[\d.]+/, 'federation/v2.9')
      .replace('import: [', 'import: ["@authenticated", "@requiresScopes", "@cost", ')
      .replace('me: User', 'me: User @authenticated @cost(weight: 2)')
      .replace('username: String', 'username: String @requiresScopes(scopes: [["profile:read"], ["admin"]])'),
  },
};

/** A gateway with some of what guards the edge. */
export interface Guarded {
  readonly contender: Contender;
  /** Whether its supergraph has the directives of `guardedServices`. */
  readonly directives: boolean;
}

export interface Guards {
  /** The header `authorization` of every request. */
  readonly authorization: string;
  /** Nothing guards it. */
  readonly open: Guarded;
  /** Everything does: identity, authorization, cost and limits. */
  readonly guarded: Guarded;
  /** Identity alone, and with it each of the others. */
  readonly parts: readonly Guarded[];
}

/** Makes a key, a token signed with it, and gateways that verify it; `sections` and `main` are those of `createOverlock`. */
export async function createGuards(sections: Sections = {}, main?: string): Promise<Guards> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const identity = { jwt: [{ issuer, audience, keys: await exportSPKI(publicKey) }] };
  const authorization = { rules: [{ fields: 'User.id', when: "'customer' in identity.roles" }] };
  const cost = { mode: 'enforce', limit: 5_000 };
  const rateLimit = {
    rules: [
      { per: 'client', limit: '1000000/s' },
      { per: 'gateway', limit: '1000000/s' },
    ],
  };
  const overlock = (name: string, guards: Sections, directives: boolean): Guarded => ({
    contender: createOverlock(name, { ...sections, ...guards }, main),
    directives,
  });
  return {
    authorization: `Bearer ${await signToken(privateKey)}`,
    open: overlock('open', {}, false),
    guarded: overlock('guarded', { identity, authorization, cost, rateLimit }, true),
    parts: [
      overlock('identity', { identity }, false),
      overlock('identity, authorization', { identity, authorization }, true),
      overlock('identity, cost', { identity, cost }, false),
      overlock('identity, limits', { identity, rateLimit }, false),
    ],
  };
}

function signToken(key: CryptoKey): Promise<string> {
  return new SignJWT({ scope: 'profile:read orders:read', roles })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('ada')
    .setExpirationTime('12h')
    .sign(key);
}
