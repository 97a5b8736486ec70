import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { RateLimitConfig } from '../../config/rate-limit.ts';
import type { BucketState } from '../../store/bucket.ts';
import type { LimitStore, Taken } from '../../store/limit-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import { type ConcurrencyRule, compileRules, type Demand, type LimitRule, timesOf } from './compile-rules.ts';
import { Concurrency, type ConcurrencyCounter, type Entered, type Slot } from './concurrency.ts';
import { toLimitHeaders } from './limit-headers.ts';
import { isOwn, overBurst, overConcurrency, overLimit, uncheckable } from './refusals.ts';
import { subjectOf } from './subject-of.ts';

export interface RateLimitOptions {
  readonly config: Pick<RateLimitConfig, 'rules'>;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** To be kept over a new schema, so that what was counted is. */
  readonly store: LimitStore;
  /** To be kept as well, as what is in flight is. */
  readonly concurrency?: ConcurrencyCounter | undefined;
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
  /** Told which share of its quota somebody has used. */
  readonly onQuotaUsed?: Telemetry['quotaUsed'] | undefined;
}

/**
 * Limits how often, how much and how many at once clients may ask. All limits that a request falls under are checked in one step, and
 * it counts for all of them or, when it is refused, for none. Decides at once where what is counted is in memory.
 */
export function createRateLimit(options: RateLimitOptions): Policy {
  return new RateLimit(options);
}

/** Frees the slots that were taken, if any were. */
type Leave = (() => void) | undefined;

/** What was taken, or `undefined` when nothing was counted. */
type Counted = Extract<Taken, { kind: 'taken' }> | undefined;

class RateLimit implements Policy {
  readonly name = 'rate-limit';
  readonly #limits: readonly LimitRule[];
  readonly #concurrencies: readonly ConcurrencyRule[];
  readonly #concurrency: ConcurrencyCounter;
  readonly #options: RateLimitOptions;

  constructor(options: RateLimitOptions) {
    const { limits, concurrencies } = compileRules(options.config.rules, options.schema, options.log);
    this.#limits = limits;
    this.#concurrencies = concurrencies;
    this.#concurrency = options.concurrency ?? new Concurrency();
    this.#options = options;
  }

  enforce(request: PolicyRequest): Verdict | Promise<Verdict> {
    const entered = this.#enter(request);
    return entered instanceof Promise ? this.#countLater(request, entered) : this.#count(request, entered);
  }

  async #countLater(request: PolicyRequest, entered: Promise<Leave>): Promise<Verdict> {
    return this.#count(request, await entered);
  }

  /**
   * Takes the slots that a request needs while it is in flight. A subscription lasts as long as its client likes, and needs none.
   * @throws GatewayError when one is not free
   */
  #enter(request: PolicyRequest): Leave | Promise<Leave> {
    if (this.#concurrencies.length === 0 || request.operation.kind === 'subscription') return undefined;
    const slots: Slot<ConcurrencyRule>[] = [];
    for (const rule of this.#concurrencies) {
      const subject = timesOf(rule, request) === 0 ? undefined : subjectOf(rule.per, request);
      if (subject !== undefined) slots.push({ rule, subject: subject.key });
    }
    const entered = this.#concurrency.enter(slots);
    return entered instanceof Promise
      ? entered.then((known) => this.#leaveOf(known, slots))
      : this.#leaveOf(entered, slots);
  }

  #leaveOf(entered: Entered<ConcurrencyRule>, slots: readonly Slot<ConcurrencyRule>[]): Leave {
    const { onDecided } = this.#options;
    if (entered.kind === 'full') {
      onDecided?.(entered.rule.name, 'refused');
      throw overConcurrency(entered.rule);
    }
    for (const { rule } of slots) onDecided?.(rule.name, 'allowed');
    return entered.leave;
  }

  /** @throws GatewayError, or rejects with it, when a limit does not allow it, or cannot be checked and must be */
  #count(request: PolicyRequest, leave: Leave): Verdict | Promise<Verdict> {
    try {
      const demands = this.#toDemands(request);
      if (demands.length === 0) return this.#allow(request, demands, undefined, leave);
      const taken = this.#options.store.take(demands);
      if (!(taken instanceof Promise)) return this.#judge(request, demands, taken, leave);
      return this.#judgeLater(request, demands, taken, leave);
    } catch (error) {
      leave?.();
      throw error;
    }
  }

  async #judgeLater(
    request: PolicyRequest,
    demands: readonly Demand[],
    taken: Promise<Taken>,
    leave: Leave,
  ): Promise<Verdict> {
    try {
      return this.#judge(request, demands, await taken, leave);
    } catch (error) {
      leave?.();
      throw error;
    }
  }

  /** @throws GatewayError when a demand is more than its limit ever allows */
  #toDemands(request: PolicyRequest): readonly Demand[] {
    const { estimateOf, onDecided } = this.#options;
    const demands: Demand[] = [];
    let estimate: number | undefined;
    for (const rule of this.#limits) {
      const times = timesOf(rule, request);
      const subject = times === 0 ? undefined : subjectOf(rule.per, request);
      if (subject === undefined) continue;
      const isOfCost = rule.unit === 'cost' && request.isOnlyExplained !== true;
      if (isOfCost) estimate ??= Math.max(0, estimateOf(request.operation, request.variables));
      const amount = isOfCost ? (estimate ?? 0) : times;
      demands.push({ rule, limit: rule.bucket, subject: subject.key, label: subject.label, amount });
    }
    for (const demand of demands) {
      if (demand.amount <= demand.limit.burst) continue;
      onDecided?.(demand.rule.name, 'refused');
      throw overBurst(demand);
    }
    return demands;
  }

  #judge(request: PolicyRequest, demands: readonly Demand[], taken: Taken, leave: Leave): Verdict {
    const { onDecided } = this.#options;
    switch (taken.kind) {
      case 'taken':
        for (const { rule } of demands) onDecided?.(rule.name, 'allowed');
        this.#tellQuotas(request, demands, taken.states);
        return this.#allow(request, demands, taken, leave);
      case 'refused':
        this.#tellQuotas(request, demands, taken.states);
        for (const [index, { rule }] of demands.entries()) {
          if ((taken.states[index]?.waitMs ?? 0) > 0) onDecided?.(rule.name, 'refused');
        }
        throw overLimit(demands, taken.states);
      case 'unknown':
        if (taken.allowed) return this.#allow(request, demands, undefined, leave);
        throw uncheckable();
      default:
        return taken satisfies never;
    }
  }

  #tellQuotas(request: PolicyRequest, demands: readonly Demand[], states: readonly BucketState[]): void {
    const { onQuotaUsed } = this.#options;
    if (onQuotaUsed === undefined && request.onQuotaUsed === undefined) return;
    for (const [index, { rule, limit }] of demands.entries()) {
      const state = limit.calendar === undefined ? undefined : states[index];
      if (state === undefined) continue;
      const share = 1 - state.remaining / limit.burst;
      onQuotaUsed?.(rule.name, share);
      request.onQuotaUsed?.(share);
    }
  }

  #allow(request: PolicyRequest, demands: readonly Demand[], counted: Counted, leave: Leave): Verdict {
    const headers = counted && toLimitHeaders(demands, counted.states, isOwn);
    const { actualOf } = this.#options;
    const correctable = actualOf !== undefined && demands.some(isOfCost) ? counted : undefined;
    if (leave === undefined && correctable === undefined) return { headers };
    return { headers, onAnswer: toOnAnswer(request, demands, correctable, leave, actualOf) };
  }
}

/** Frees the slots and corrects the cost, where there is something to free or correct. */
function toOnAnswer(
  { operation, variables }: PolicyRequest,
  demands: readonly Demand[],
  correctable: Counted,
  leave: Leave,
  actualOf: RateLimitOptions['actualOf'],
): NonNullable<Verdict['onAnswer']> {
  return (answer) => {
    leave?.();
    // What failed may have cost as much as what went well.
    const actual = correctable && answer && actualOf?.(operation, variables, answer);
    if (actual !== undefined) {
      correctable?.correct(demands.map((demand) => (isOfCost(demand) ? actual - demand.amount : 0)));
    }
    return answer;
  };
}

function isOfCost({ rule }: Demand): boolean {
  return rule.unit === 'cost';
}
