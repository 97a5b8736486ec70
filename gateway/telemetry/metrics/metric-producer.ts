import { type HrTime, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Distribution, Metric, Sample } from './metric.ts';

/** Hands metrics to OpenTelemetry whenever it wants to send some, so that counting costs the same with and without it. */
export function createMetricProducer(metrics: readonly Metric[], now: () => number): MetricProducer {
  const startTime = toHrTime(now());
  return {
    collect(): Promise<CollectionResult> {
      const period = { startTime, endTime: toHrTime(now()) };
      const scopeMetrics = [{ scope: { name: 'overlock' }, metrics: metrics.map((metric) => toData(metric, period)) }];
      return Promise.resolve({ resourceMetrics: { resource: resourceFromAttributes({}), scopeMetrics }, errors: [] });
    },
  };
}

interface Period {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function toData(metric: Metric, period: Period): MetricData {
  const { name, help, labels } = metric;
  const unit = /_(seconds|bytes)(_total)?$/.exec(name)?.[1] ?? '';
  const descriptor = {
    name,
    description: help,
    unit: { seconds: 's', bytes: 'By' }[unit] ?? '1',
    valueType: ValueType.DOUBLE,
  };
  const base = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const toPoint = <Value>({ values, value }: Sample<Value>) => ({
    ...period,
    attributes: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ''])),
    value,
  });
  switch (metric.kind) {
    case 'counter':
      return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: metric.read().map(toPoint) };
    case 'gauge':
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: metric.read().map(toPoint) };
    case 'histogram': {
      const samples = metric.read().map(({ values, value }) => ({ values, value: toHistogram(value, metric.bounds) }));
      return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints: samples.map(toPoint) };
    }
  }
}

function toHistogram({ counts, sum, count }: Distribution, bounds: readonly number[]) {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, sum, count };
}

function toHrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];
}
