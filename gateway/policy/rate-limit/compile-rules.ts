import type { GraphQLSchema } from 'graphql';
import type { RateLimitRule } from '../../config/rate-limit.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Debit, Limit } from '../../store/bucket.ts';
import { toLimit } from '../../store/to-limit.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { PolicyRequest } from '../policy.ts';
import { createFieldCounter, findUnmatched } from './count-fields.ts';
import { type LimitTexts, toLimitTexts } from './limit-headers.ts';

/** A rule of the configuration, for one schema. */
type Rule = RateLimitRule & {
  /** How often an operation does what the rule is about. */
  readonly timesIn: (operation: Operation) => number;
};

/** A rule about how much in how long. */
export type LimitRule = Rule & { readonly bucket: Limit; readonly texts: LimitTexts };

/** What one request asks of a limit. */
export interface Demand extends Debit {
  readonly rule: LimitRule;
}

/** A rule about how many at once. */
export type ConcurrencyRule = Rule & { readonly concurrency: number };

interface Rules {
  readonly limits: readonly LimitRule[];
  readonly concurrencies: readonly ConcurrencyRule[];
}

/** Prepares rules for the operations of a schema, and warns of those that can never be about one. */
export function compileRules(configured: readonly RateLimitRule[], schema: GraphQLSchema, log: Logger): Rules {
  const patterns = configured.flatMap(({ fields }) => (fields === undefined ? [] : [fields]));
  for (const pattern of findUnmatched(schema, patterns.flat())) {
    log.warn('A rule of rateLimit.rules is about a field that the supergraph does not have.', { field: pattern });
  }
  const count = createFieldCounter(schema, patterns);
  const rules = configured.map((rule): Rule => {
    const position = rule.fields === undefined ? undefined : patterns.indexOf(rule.fields);
    return { ...rule, timesIn: position === undefined ? () => 1 : (operation) => count(operation)[position] ?? 0 };
  });
  return { limits: rules.flatMap(toLimitRule), concurrencies: rules.flatMap(toConcurrencyRule) };
}

/** How often a request does what a rule is about: never, when the rule is for others. */
export function timesOf(rule: Rule, { identity, operation, isOnlyExplained }: PolicyRequest): number {
  if (rule.tier !== undefined && rule.tier !== identity.tier) return 0;
  if (rule.anonymous !== undefined && rule.anonymous !== (identity.key === undefined)) return 0;
  // What does not run is asked for all the same, but does nothing that a rule for fields is about.
  if (isOnlyExplained === true) return rule.fields === undefined ? 1 : 0;
  return rule.timesIn(operation);
}

function toLimitRule(rule: Rule): readonly LimitRule[] {
  const bucket = toLimit(rule);
  return bucket === undefined ? [] : [{ ...rule, bucket, texts: toLimitTexts(rule, bucket) }];
}

function toConcurrencyRule(rule: Rule): readonly ConcurrencyRule[] {
  return rule.concurrency === undefined ? [] : [{ ...rule, concurrency: rule.concurrency }];
}
