import { stringify } from 'yaml';
import type { AlertRule } from './alert-rule.ts';
import { toText } from './measured.ts';
import { toPromQl } from './to-prom-ql.ts';

/** Rules as a rule file of Prometheus (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/). */
export function toPrometheusRules(rules: readonly AlertRule[], everyMs: number): string {
  const group = { name: 'overlock', interval: toText(everyMs), rules: rules.map(toRule) };
  return stringify({ groups: [group] }, { lineWidth: 0 });
}

function toRule({ name, severity, summary, runbook, labels, forMs, keepFiringForMs, condition }: AlertRule) {
  return {
    alert: name,
    expr: toPromQl(condition),
    ...(forMs > 0 && { for: toText(forMs) }),
    ...(keepFiringForMs > 0 && { keep_firing_for: toText(keepFiringForMs) }),
    labels: { ...labels, severity },
    annotations: { summary, ...(runbook !== undefined && { runbook_url: runbook }) },
  };
}
