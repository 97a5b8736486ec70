import { type ConditionContext, ConditionIdentity } from '../../config/condition.ts';
import type { Identity } from '../../identity/identity.ts';
import type { PolicyRequest } from '../policy.ts';

/** An identity as plain data, for whoever decides about policies; what is not known is left out. */
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

const nothing: Readonly<Record<string, never>> = Object.freeze({});

/** The client as plain data. */
export function toClientFacts({ name, version }: PolicyRequest['client']): Readonly<Record<string, string>> {
  if (name === undefined && version === undefined) return nothing;
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

/** A verified token is remembered, and with it its identity. */
const conditionIdentities = new WeakMap<Identity, ConditionIdentity>();

/** What conditions of one request speak of, without arguments. */
export function toConditionContext({
  identity,
  client,
  variables,
}: Pick<PolicyRequest, 'identity' | 'client' | 'variables'>): ConditionContext {
  let known = conditionIdentities.get(identity);
  if (known === undefined) {
    known = new ConditionIdentity({ ...identity, scopes: [...identity.scopes], roles: [...identity.roles] });
    conditionIdentities.set(identity, known);
  }
  return { identity: known, client: toClientFacts(client), variables, args: nothing };
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
