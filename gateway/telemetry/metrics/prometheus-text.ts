import type { HistogramMetric, Metric } from './metric.ts';

/** Metrics in the text format (https://prometheus.io/docs/instrumenting/exposition_formats/), version 0.0.4. */
export function toPrometheusText(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE ${metric.name} ${metric.kind}`,
    ...(metric.kind === 'histogram'
      ? histogramLines(metric)
      : metric.read().map(({ values, value }) => `${metric.name}${labelsOf(metric, values)} ${value}`)),
  ]);
  return `${lines.join('\n')}\n`;
}

function histogramLines(metric: HistogramMetric): readonly string[] {
  return metric.read().flatMap(({ values, value: { counts, sum, count } }) => {
    let below = 0;
    const buckets = [...metric.bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
      below += counts[index] ?? 0;
      const upper = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
      return `${metric.name}_bucket${labelsOf(metric, values, upper)} ${below}`;
    });
    const labels = labelsOf(metric, values);
    return [...buckets, `${metric.name}_sum${labels} ${sum}`, `${metric.name}_count${labels} ${count}`];
  });
}

function labelsOf({ labels }: Metric, values: readonly string[], upper?: string): string {
  const pairs = labels.map((label, index) => `${label}="${escapeValue(values[index] ?? '')}"`);
  if (upper !== undefined) pairs.push(`le="${upper}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
