import type { RateLimitRule } from '../../config/rate-limit.ts';
import type { Limit } from '../../store/bucket.ts';
import type { LimitStore, Use } from '../../store/limit-store.ts';
import { toLimit } from '../../store/to-limit.ts';

/** What somebody has used of a rule. */
interface Usage {
  readonly rule: string;
  readonly kind: 'limit' | 'quota';
  readonly per: RateLimitRule['per'];
  /** Key and name of an identity, address, tier, hash of an operation, or `everybody`. */
  readonly subject: string;
  readonly unit: RateLimitRule['unit'];
  readonly used: number;
  /** How much may be used: of a quota in all, of a limit at once. */
  readonly allowed: number;
  readonly remaining: number;
  /** In whole seconds, until all of it is there again. */
  readonly resetsAfter: number;
}

export interface UsagePage {
  readonly usage: readonly Usage[];
  /** What to ask with for more; left out when there is no more. */
  readonly cursor?: string;
}

/**
 * Reads a part of what is used; an empty cursor begins. With a client only that of the one whose key, name or address that is.
 * @throws Error when the store cannot be read
 */
export type ReadUsage = (cursor: string, client: string | undefined) => Promise<UsagePage>;

/** Tells what is used of the rules of a configuration. */
export function createReadUsage(rules: readonly RateLimitRule[], store: Pick<LimitStore, 'list'>): ReadUsage {
  const byName = new Map<string, RateLimitRule>();
  const limits: Limit[] = [];
  for (const rule of rules) {
    const limit = toLimit(rule);
    if (limit === undefined) continue;
    byName.set(limit.name, rule);
    limits.push(limit);
  }
  return async (cursor, client) => {
    const { uses, next } = await store.list(limits, cursor);
    const wanted = client === undefined ? uses : uses.filter(({ label }) => isNamed(label, client));
    const usage = wanted.flatMap((use) => {
      const rule = byName.get(use.limit.name);
      return rule === undefined ? [] : [toUsage(rule, use)];
    });
    return { usage, ...(next !== undefined && { cursor: next }) };
  };
}

/** A label holds several names; that of a key may be without what kind of key it is. */
function isNamed(label: string, client: string): boolean {
  const [key = '', ...name] = label.split(' ');
  return [label, key, key.slice(key.indexOf(':') + 1), name.join(' ')].includes(client);
}

function toUsage(rule: RateLimitRule, { limit, label, used, state }: Use): Usage {
  return {
    rule: rule.name,
    kind: rule.quota === undefined ? 'limit' : 'quota',
    per: rule.per,
    subject: label,
    unit: rule.unit,
    used: Math.round(used * 1_000) / 1_000,
    allowed: limit.burst,
    remaining: state.remaining,
    resetsAfter: Math.ceil(state.emptyAfterMs / 1_000),
  };
}
