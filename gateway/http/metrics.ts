import type { IncomingMessage, ServerResponse } from 'node:http';
import { endOf, type MetricsFormat } from '../telemetry/metrics/prometheus-text.ts';
import { sendWhole } from './send-whole.ts';

export interface MetricsOptions {
  /** Metrics as text, without the mark of its end; `undefined` when they are off. */
  readonly read: (format: MetricsFormat) => Promise<string | undefined>;
}

const types = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;

/** Answers `/metrics` in the text format of Prometheus, and with exemplars to who takes OpenMetrics. */
export function createMetricsHandler({ read }: MetricsOptions) {
  return async ({ headers }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const format = headers.accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'prometheus';
    const text = await read(format);
    if (text !== undefined) return sendWhole(response, 200, { 'content-type': types[format] }, text + endOf(format));
    const plain = { 'content-type': 'text/plain; charset=utf-8' };
    sendWhole(response, 404, plain, 'Metrics are off. Set telemetry.metrics.prometheus.\n');
  };
}
