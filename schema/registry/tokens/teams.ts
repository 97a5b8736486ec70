import { isDeepStrictEqual } from 'node:util';
import type { Subgraph } from '../../subgraph/subgraph.ts';
import type { Token } from '../model.ts';
import { Refusal } from '../refusal.ts';

/** Subgraphs by name with the teams that they belong to. */
export type Owners = ReadonlyMap<string, string>;

/**
 * The team that a new subgraph is to belong to; `undefined` when it has one already, or when an admin names none.
 * @throws Refusal `FORBIDDEN` when the subgraph belongs to a team that is not the token's, `BAD_REQUEST` when the team must be named
 */
export function claimFor(
  token: Token,
  owners: Owners,
  subgraph: { readonly name: string; readonly exists: boolean },
  named: string | undefined,
): string | undefined {
  const { name, exists } = subgraph;
  const owner = owners.get(name);
  if (owner !== undefined) {
    assertOwn(token, owners, name);
    if (named === undefined || named === owner) return undefined;
    throw new Refusal('FORBIDDEN', `Subgraph ${name} belongs to team ${owner}. An admin can give it to ${named}.`);
  }
  if (token.role === 'admin') return named;
  // Who published it without a team was an admin: it is nobody's to take.
  if (exists) assertOwn(token, owners, name);
  const team = named ?? (token.teams.length === 1 ? token.teams[0] : undefined);
  if (team === undefined) {
    const list = token.teams.join(', ');
    throw new Refusal(
      'BAD_REQUEST',
      `Subgraph ${name} is new: name the team that it is to belong to, of ${list || 'none'}.`,
    );
  }
  if (token.teams.includes(team)) return team;
  throw new Refusal('FORBIDDEN', `The token ${token.name} may not publish for team ${team}.`);
}

/** @throws Refusal `FORBIDDEN` when a subgraph belongs to a team that is not the token's */
export function assertOwn(token: Token, owners: Owners, subgraph: string): void {
  if (token.role === 'admin') return;
  const owner = owners.get(subgraph);
  if (owner !== undefined && token.teams.includes(owner)) return;
  const whose = owner === undefined ? 'has no team yet; an admin must give it one' : `belongs to team ${owner}`;
  throw new Refusal('FORBIDDEN', `Subgraph ${subgraph} ${whose}: the token ${token.name} may not change it.`);
}

/** @throws Refusal `FORBIDDEN` when a subgraph that differs between two versions belongs to a team that is not the token's */
export function assertOwnChanges(
  token: Token,
  owners: Owners,
  before: readonly Subgraph[],
  after: readonly Subgraph[],
): void {
  const former = new Map(before.map((subgraph) => [subgraph.name, subgraph]));
  const latter = new Map(after.map((subgraph) => [subgraph.name, subgraph]));
  for (const name of new Set([...former.keys(), ...latter.keys()])) {
    if (!isDeepStrictEqual(former.get(name), latter.get(name))) assertOwn(token, owners, name);
  }
}
