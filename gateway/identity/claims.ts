import { hash } from 'node:crypto';
import type { ClaimMapping } from '../config/identity.ts';
import type { Identity } from './identity.ts';
import { NotAccepted } from './not-accepted.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** What is known of a token besides its claims. */
interface TokenFacts {
  readonly kind: 'jwt' | 'opaqueToken';
  /** Who vouches for it. */
  readonly issuer: string;
  /** SHA-256 of the token: tells tokens apart that name no subject. */
  readonly digest: string;
}

/** Rules and policies walk over claims: what no issuer nests must not exhaust their stack. */
const deepestClaim = 16;

/**
 * The identity that verified claims describe.
 * @throws NotAccepted when they are of a shape that no issuer means
 */
export function toTokenIdentity(claims: Claims, mapping: ClaimMapping, token: TokenFacts): Identity {
  assertPlain(claims, deepestClaim);
  const subject = claimAt(claims, mapping.subject);
  if (subject !== undefined && (typeof subject !== 'string' || subject === '')) {
    throw new NotAccepted('The subject is not a name.');
  }
  const tier = mapping.tier === undefined ? undefined : claimAt(claims, mapping.tier);
  const { exp } = claims;
  return {
    kind: token.kind,
    key: `token:${hash('sha256', JSON.stringify([token.issuer, subject ?? [token.digest]]), 'base64url')}`,
    subject,
    scopes: wordsOf(claimAt(claims, mapping.scopes)),
    roles: wordsOf(claimAt(claims, mapping.roles)),
    tier: typeof tier === 'string' ? tier : undefined,
    claims: toClaims(claims),
    expiresAtMs: typeof exp === 'number' ? exp * 1_000 : undefined,
  };
}

/** Claims without a prototype, so that rules find own members only. */
export function toClaims(claims: Claims): Claims {
  return Object.freeze(Object.assign(Object.create(null), claims));
}

/** The claim at a path such as `realm_access.roles`; a claim whose own name has dots, such as a URL, counts first. */
function claimAt(claims: unknown, path: string): unknown {
  return findClaim(claims, path)?.value;
}

/** A claim at a path, and the names that lead to it. */
export interface FoundClaim {
  readonly steps: readonly string[];
  readonly value: unknown;
}

/** The claim at a path, as `claimAt` has it; `undefined` when there is none. */
export function findClaim(claims: unknown, path: string): FoundClaim | undefined {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
  if (Object.hasOwn(claims, path)) return { steps: [path], value: Reflect.get(claims, path) };
  const dot = path.indexOf('.');
  const first = path.slice(0, dot);
  if (dot < 1 || !Object.hasOwn(claims, first)) return undefined;
  const inner = findClaim(Reflect.get(claims, first), path.slice(dot + 1));
  return inner && { steps: [first, ...inner.steps], value: inner.value };
}

/** Words of a string (https://www.rfc-editor.org/rfc/rfc6749#section-3.3), or the strings of a list. */
function wordsOf(value: unknown): ReadonlySet<string> {
  if (typeof value === 'string') return new Set(value.split(' ').filter((word) => word !== ''));
  return new Set(Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []);
}

function assertPlain(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw new NotAccepted('The claims are nested too deeply.');
  if (Object.hasOwn(value, '__proto__')) throw new NotAccepted('A claim is called __proto__.');
  for (const member of Object.values(value)) assertPlain(member, depth - 1);
}
