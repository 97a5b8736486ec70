import type { Exemplar, HistogramMetric, Metric } from './metric.ts';

/**
 * The text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), or OpenMetrics 1.0, which
 * has exemplars as well (https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md).
 */
export type MetricsFormat = 'prometheus' | 'openmetrics';

/** Metrics as text; where it ends is left to who puts several together, see `endOf`. */
export function toPrometheusText(metrics: readonly Metric[], format: MetricsFormat = 'prometheus'): string {
  const lines = metrics.flatMap((metric) => {
    const family =
      format === 'openmetrics' && metric.kind === 'counter' ? metric.name.replace(/_total$/, '') : metric.name;
    return [
      `# HELP ${family} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${family} ${metric.kind}`,
      ...(metric.kind === 'histogram'
        ? histogramLines(metric, format)
        : metric.read().map(({ values, value }) => `${metric.name}${labelsOf(metric, values)} ${value}`)),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** What a whole text ends with. */
export function endOf(format: MetricsFormat): string {
  return format === 'openmetrics' ? '# EOF\n' : '';
}

function histogramLines(metric: HistogramMetric, format: MetricsFormat): readonly string[] {
  return metric.read().flatMap(({ values, value: { counts, sum, count, exemplars } }) => {
    let below = 0;
    const buckets = [...metric.bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
      below += counts[index] ?? 0;
      const upper = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
      const exemplar = format === 'openmetrics' ? exemplarOf(exemplars[index]) : '';
      return `${metric.name}_bucket${labelsOf(metric, values, upper)} ${below}${exemplar}`;
    });
    const labels = labelsOf(metric, values);
    return [...buckets, `${metric.name}_sum${labels} ${sum}`, `${metric.name}_count${labels} ${count}`];
  });
}

function exemplarOf(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return '';
  const { traceId, value, atMs } = exemplar;
  return ` # {trace_id="${traceId}"} ${value} ${atMs / 1_000}`;
}

function labelsOf({ labels }: Metric, values: readonly string[], upper?: string): string {
  const pairs = labels.map((label, index) => `${label}="${escapeValue(values[index] ?? '')}"`);
  if (upper !== undefined) pairs.push(`le="${upper}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
