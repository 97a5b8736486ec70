import type { GraphRef } from '../../feed/graph-ref.ts';
import type { Token, TokenRole } from '../model.ts';
import { Refusal } from '../refusal.ts';

/** What is asked of the registry: to administer it, to change a variant, to follow it as a gateway, or to look. */
export type Access = 'admin' | 'publish' | 'follow' | 'read';

const rolesFor: Readonly<Record<Access, readonly TokenRole[]>> = {
  admin: ['admin'],
  publish: ['admin', 'publisher'],
  follow: ['admin', 'gateway'],
  read: ['admin', 'publisher', 'reader'],
};

const words: Readonly<Record<Access, string>> = {
  admin: 'administer the registry',
  publish: 'change',
  follow: 'follow',
  read: 'read',
};

/** Whether a token's role and variants let it do something, to a variant or to all of them. */
export function isAllowed(token: Token, access: Access, ref?: GraphRef): boolean {
  if (!rolesFor[access].includes(token.role)) return false;
  return token.variants.length === 0 || (ref !== undefined && token.variants.some((pattern) => covers(pattern, ref)));
}

/** @throws Refusal `FORBIDDEN` */
export function assertAllowed(token: Token, access: Access, ref?: GraphRef): void {
  if (isAllowed(token, access, ref)) return;
  const what = ref === undefined ? '' : ` ${ref.graph}@${ref.variant}`;
  throw new Refusal(
    'FORBIDDEN',
    `The token ${token.name} may not ${words[access]}${what}. Ask an admin for another one.`,
  );
}

/** `shop@staging` is one variant, `shop@*` all of a graph. */
function covers(pattern: string, { graph, variant }: GraphRef): boolean {
  return pattern === `${graph}@${variant}` || pattern === `${graph}@*`;
}
