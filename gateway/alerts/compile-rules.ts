import type { AlertRuleConfig, AlertsConfig } from '../config/alerts.ts';
import type { AlertRule } from './alert-rule.ts';
import { compileSlo } from './compile-slo.ts';
import type { Condition } from './condition.ts';
import { durationsIn, failedIn, requestsIn, toText } from './measured.ts';

/** What a configuration has alerts look at. */
export function compileRules({ rules, slos }: Pick<AlertsConfig, 'rules' | 'slos'>): readonly AlertRule[] {
  return [...rules.flatMap(compileRule), ...slos.flatMap(compileSlo)];
}

function compileRule(rule: AlertRuleConfig): readonly AlertRule[] {
  return compileKind(rule).map(({ condition, summary }) => ({
    name: rule.name,
    severity: rule.severity,
    summary: rule.summary ?? summary,
    runbook: rule.runbook,
    labels: {},
    forMs: rule.for ?? 0,
    keepFiringForMs: rule.keepFiringFor,
    condition,
  }));
}

type Rule<Kind extends AlertRuleConfig['kind']> = Extract<AlertRuleConfig, { kind: Kind }>;

interface Compiled {
  readonly condition: Condition;
  /** What it means that it is so. */
  readonly summary: string;
}

function compileKind(rule: AlertRuleConfig): readonly Compiled[] {
  switch (rule.kind) {
    case 'errorRate':
      return [compileErrorRate(rule)];
    case 'latency':
      return [compileLatency(rule)];
    case 'limits':
      return [compileLimits(rule)];
    case 'breaker':
      return [compileBreaker(rule)];
    case 'quota':
      return [compileQuota(rule)];
    case 'canary':
      return compileCanary(rule);
    case 'schema':
      return [
        { condition: schemaRefused, summary: 'An older supergraph is served: the newest cannot be read or used.' },
      ];
    case 'registry':
      return [{ condition: registryDown, summary: 'The registry does not answer.' }];
    default:
      return rule satisfies never;
  }
}

const schemaRefused: Condition = {
  kind: 'gauge',
  by: [],
  gauge: { metric: 'overlock_supergraph_refused', where: {} },
  above: 0,
};

const registryDown: Condition = {
  kind: 'low',
  by: [],
  gauge: { metric: 'overlock_registry_up', where: {} },
  below: 1,
};

function compileErrorRate(rule: Rule<'errorRate'>): Compiled {
  const { above, over: overMs, least, count, by } = rule;
  const [part, whole] = [failedIn(rule, count), requestsIn(rule)];
  const what = rule.subgraph !== undefined || by === 'subgraph' ? 'fetches' : 'requests';
  return {
    condition: { kind: 'ratio', by: labelsOf(by), part, whole, overMs, above, least },
    summary: `More than ${toPercent(above)} of the ${what} fail.`,
  };
}

function compileLatency(rule: Rule<'latency'>): Compiled {
  const { above, over: overMs, least, quantile, by } = rule;
  const histogram = durationsIn(rule);
  return {
    condition: { kind: 'quantile', by: labelsOf(by), histogram, quantile, overMs, above: above / 1_000, least },
    summary: `The slowest ${toPercent(1 - quantile)} take longer than ${toText(above)}.`,
  };
}

function compileLimits({ policy, above, over: overMs }: Rule<'limits'>): Compiled {
  const where = { outcome: ['refused'], ...(policy !== undefined && { policy: [policy] }) };
  const counter = { metric: 'overlock_policy_denials_total', where };
  const amount = (above.amount * overMs) / above.periodMs;
  return {
    condition: { kind: 'increase', by: ['policy'], counter, overMs, above: amount },
    summary: `A policy refuses more than ${above.amount} operations in a ${above.period}.`,
  };
}

function compileBreaker({ subgraph }: Rule<'breaker'>): Compiled {
  const gauge = { metric: 'overlock_breaker_state', where: subgraph === undefined ? {} : { subgraph: [subgraph] } };
  return {
    condition: { kind: 'gauge', by: ['subgraph', 'endpoint'], gauge, above: 0 },
    summary: 'A subgraph fails so often that its circuit breaker has opened.',
  };
}

function compileQuota({ rule, above }: Rule<'quota'>): Compiled {
  const gauge = { metric: 'overlock_quota_used_ratio', where: rule === undefined ? {} : { rule: [rule] } };
  return {
    condition: { kind: 'gauge', by: ['rule'], gauge, above },
    summary: `Somebody has used more than ${toPercent(above)} of a quota; overlock usage tells who.`,
  };
}

function compileCanary({ over: overMs }: Rule<'canary'>): readonly Compiled[] {
  const versions = { metric: 'overlock_schema_canaries_total', where: { outcome: ['taken_back', 'failed'] } };
  const groups = { metric: 'overlock_backend_canary_changes_total', where: { change: ['rolled_back'] } };
  return [
    {
      condition: { kind: 'increase', by: ['outcome'], counter: versions, overMs, above: 0 },
      summary: 'A version that some clients were to try was taken back, or could not be run.',
    },
    {
      condition: { kind: 'increase', by: ['subgraph'], counter: groups, overMs, above: 0 },
      summary: 'Endpoints of a subgraph that were tried were taken back.',
    },
  ];
}

function labelsOf(by: 'operation' | 'client' | 'subgraph' | undefined): readonly string[] {
  return by === undefined ? [] : [by];
}

function toPercent(share: number): string {
  return `${Math.round(share * 1e6) / 1e4}%`;
}
