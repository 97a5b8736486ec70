import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { RateLimitConfig } from '../../config/rate-limit.ts';
import type { LimitStore, Taken } from '../../store/limit-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import { applyRules, type ConcurrencyRule, compileRules, type Demand, type LimitRule } from './compile-rules.ts';
import { Concurrency } from './concurrency.ts';
import { toLimitHeaders } from './limit-headers.ts';
import { isOwn, overBurst, overConcurrency, overLimit, uncheckable } from './refusals.ts';

export interface RateLimitOptions {
  readonly config: Pick<RateLimitConfig, 'rules'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** To be kept over a new schema, so that what was counted is. */
  readonly store: LimitStore;
  /** To be kept as well, as what is in flight is. */
  readonly concurrency?: Concurrency | undefined;
  /** What an operation is expected to cost. */
  readonly estimateOf: (operation: PolicyRequest['operation'], variables: PolicyRequest['variables']) => number;
  /** What it did cost, by its answer; where that is not known the estimate stays. */
  readonly actualOf?:
    | ((
        operation: PolicyRequest['operation'],
        variables: PolicyRequest['variables'],
        answer: ExecutionResult,
      ) => number | undefined)
    | undefined;
  readonly log: Logger;
  /** Told what a rule made of a request. */
  readonly onDecided?: Telemetry['limitDecided'] | undefined;
}

/** What was taken, or `undefined` when nothing was counted. */
type Counted = Extract<Taken, { kind: 'taken' }> | undefined;

/**
 * Limits how often, how much and how many at once clients may ask. All limits that a request falls under are checked in one step, and
 * it counts for all of them or, when it is refused, for none.
 */
export function createRateLimit(options: RateLimitOptions): Policy {
  const { config, schema, log, concurrency = new Concurrency() } = options;
  const { limits, concurrencies } = compileRules(config.rules, schema, log);
  return {
    name: 'rate-limit',
    async enforce(request) {
      const leave = enter(concurrency, concurrencies, request, options);
      try {
        const demands = toDemands(limits, request, options);
        const counted = await take(demands, options);
        return toVerdict(demands, counted, toOnAnswer(request, demands, counted, leave, options));
      } catch (error) {
        leave?.();
        throw error;
      }
    },
  };
}

/**
 * Takes the slots that a request needs while it is in flight. A subscription lasts as long as its client likes, and needs none.
 * @throws GatewayError when one is not free
 */
function enter(
  concurrency: Concurrency,
  rules: readonly ConcurrencyRule[],
  request: PolicyRequest,
  { onDecided }: RateLimitOptions,
): (() => void) | undefined {
  if (rules.length === 0 || request.operation.kind === 'subscription') return undefined;
  const slots = [...applyRules(rules, request)].map(({ rule, subject }) => ({ rule, subject: subject.key }));
  const entered = concurrency.enter(slots);
  if (entered.kind === 'full') {
    onDecided?.(entered.rule.name, 'refused');
    throw overConcurrency(entered.rule);
  }
  for (const { rule } of slots) onDecided?.(rule.name, 'allowed');
  return entered.leave;
}

function toDemands(
  rules: readonly LimitRule[],
  request: PolicyRequest,
  { estimateOf }: RateLimitOptions,
): readonly Demand[] {
  let estimate: number | undefined;
  const demands: Demand[] = [];
  for (const { rule, times, subject } of applyRules(rules, request)) {
    if (rule.unit === 'cost') estimate ??= Math.max(0, estimateOf(request.operation, request.variables));
    const amount = rule.unit === 'cost' ? (estimate ?? 0) : times;
    demands.push({ rule, limit: rule.bucket, subject: subject.key, label: subject.label, amount });
  }
  return demands;
}

/** @throws GatewayError when a limit does not allow it, or cannot be checked and must be */
async function take(demands: readonly Demand[], { store, onDecided }: RateLimitOptions): Promise<Counted> {
  if (demands.length === 0) return undefined;
  const impossible = demands.find(({ amount, limit }) => amount > limit.burst);
  if (impossible !== undefined) {
    onDecided?.(impossible.rule.name, 'refused');
    throw overBurst(impossible);
  }
  const taken = await store.take(demands);
  switch (taken.kind) {
    case 'taken':
      for (const { rule } of demands) onDecided?.(rule.name, 'allowed');
      return taken;
    case 'refused':
      for (const [index, { rule }] of demands.entries()) {
        if ((taken.states[index]?.waitMs ?? 0) > 0) onDecided?.(rule.name, 'refused');
      }
      throw overLimit(demands, taken.states);
    case 'unknown':
      if (taken.allowed) return undefined;
      throw uncheckable();
    default:
      return taken satisfies never;
  }
}

function toVerdict(
  demands: readonly Demand[],
  counted: Counted,
  onAnswer: NonNullable<Verdict['onAnswer']> | undefined,
): Verdict {
  const headers = counted && toLimitHeaders(demands, counted.states, isOwn);
  return { ...(headers && { headers }), ...(onAnswer && { onAnswer }) };
}

/** Frees the slots and corrects the cost, where there is something to free or correct. */
function toOnAnswer(
  { operation, variables }: PolicyRequest,
  demands: readonly Demand[],
  counted: Counted,
  leave: (() => void) | undefined,
  { actualOf }: RateLimitOptions,
): NonNullable<Verdict['onAnswer']> | undefined {
  const correctable = counted !== undefined && demands.some(({ rule }) => rule.unit === 'cost') ? actualOf : undefined;
  if (leave === undefined && correctable === undefined) return undefined;
  return (answer) => {
    leave?.();
    // What failed may have cost as much as what went well.
    const actual = answer && correctable?.(operation, variables, answer);
    if (actual !== undefined) {
      counted?.correct(demands.map(({ rule, amount }) => (rule.unit === 'cost' ? actual - amount : 0)));
    }
    return answer;
  };
}
