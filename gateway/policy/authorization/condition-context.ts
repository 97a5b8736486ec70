import type { ConditionContext } from '../../config/condition.ts';
import type { Identity } from '../../identity/identity.ts';
import type { PolicyRequest } from '../policy.ts';

/** An identity as plain data, for conditions and for whoever decides about policies; what is not known is left out. */
export interface IdentityFacts extends Readonly<Record<string, unknown>> {
  readonly kind: Identity['kind'];
  readonly subject?: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly tier?: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Turns an identity into plain data. */
export function toIdentityFacts({ kind, subject, scopes, roles, tier, claims }: Identity): IdentityFacts {
  return {
    kind,
    ...(subject !== undefined && { subject }),
    scopes: [...scopes],
    roles: [...roles],
    ...(tier !== undefined && { tier }),
    claims,
  };
}

/** The client as plain data. */
export function toClientFacts({ name, version }: PolicyRequest['client']): Readonly<Record<string, string>> {
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

/** A verified token is remembered, and with it its identity: conditions only read these. */
const factsOf = new WeakMap<Identity, IdentityFacts>();

/** What conditions of one request speak of, without arguments. */
export function toConditionContext({ identity, client, variables }: PolicyRequest): ConditionContext {
  let facts = factsOf.get(identity);
  if (facts === undefined) {
    facts = toIdentityFacts(identity);
    factsOf.set(identity, facts);
  }
  return { identity: facts, client: toClientFacts(client), variables, args: {} };
}

/** How many values there are within a value, itself included; counts no further than one beyond `most`. */
export function countValues(values: unknown, most: number): number {
  let count = 0;
  const visit = (value: unknown): void => {
    count += 1;
    if (typeof value !== 'object' || value === null) return;
    for (const inner of Object.values(value)) {
      if (count > most) return;
      visit(inner);
    }
  };
  visit(values);
  return count;
}
