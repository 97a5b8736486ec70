import type { Severity, SloConfig } from '../config/alerts.ts';
import type { AlertRule } from './alert-rule.ts';
import type { BurnWindow, Quantity } from './condition.ts';
import { durationsIn, failedIn, requestsIn, toText } from './measured.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * The windows and factors of the SRE workbook for a budget of 30 days (https://sre.google/workbook/alerting-on-slos/): 2 % of the budget
 * in an hour and 5 % in 6 hours wake somebody, 10 % in a day or in 3 days make a ticket.
 */
const speeds: readonly {
  readonly severity: Severity;
  readonly suffix: string;
  readonly windows: readonly BurnWindow[];
}[] = [
  {
    severity: 'critical',
    suffix: 'fast',
    windows: [
      { longMs: hourMs, shortMs: 5 * minuteMs, factor: 14.4 },
      { longMs: 6 * hourMs, shortMs: 30 * minuteMs, factor: 6 },
    ],
  },
  {
    severity: 'warning',
    suffix: 'slow',
    windows: [
      { longMs: dayMs, shortMs: 2 * hourMs, factor: 3 },
      { longMs: 3 * dayMs, shortMs: 6 * hourMs, factor: 1 },
    ],
  },
];

/** The alerts about an objective: that its budget is used up fast, and that it is used up slowly. */
export function compileSlo(slo: SloConfig): readonly AlertRule[] {
  const { name, objective, latency: latencyMs, owner } = slo;
  const whole = requestsIn(slo);
  const part: Quantity =
    latencyMs === undefined ? failedIn(slo) : { kind: 'observations', ...durationsIn(slo), above: latencyMs / 1_000 };
  const bad = latencyMs === undefined ? 'fail' : `take longer than ${toText(latencyMs)}`;
  // What 1 - 0.999 comes to is not quite 0.001.
  const budget = Math.round((1 - objective) * 1e9) / 1e9;
  return speeds.map(({ severity, suffix, windows }) => ({
    name: `${name}-${suffix}-burn`,
    severity,
    summary:
      slo.summary ??
      `So many requests ${bad} that the error budget of the objective ${name} is used up ${suffix === 'fast' ? 'within days' : 'before its 30 days are over'}.`,
    runbook: slo.runbook,
    labels: { slo: name, ...(owner !== undefined && { owner }) },
    forMs: 0,
    // The short windows end an alert soon; this keeps it from coming and going.
    keepFiringForMs: suffix === 'fast' ? 5 * minuteMs : 30 * minuteMs,
    condition: { kind: 'burn', by: [], part, whole, budget, windows },
  }));
}
