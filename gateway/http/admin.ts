import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeHealth } from './health.ts';
import { sendWhole } from './send-whole.ts';

export interface AdminOptions {
  /** Prometheus text, or `undefined` when metrics are off. */
  readonly metricsText: () => Promise<string | undefined>;
  /** Why the gateway is not ready; `undefined` when it is. */
  readonly notReady: () => string | undefined;
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers operators: `/health/live`, `/health/ready` and `/metrics`. */
export function createAdminHandler({ metricsText, notReady }: AdminOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendWhole(response, 405, { ...text, allow: 'GET, HEAD' }, 'Only GET and HEAD can be used here.\n');
      return;
    }
    switch (request.url?.split('?', 1)[0]) {
      case '/health/live':
        return writeHealth(response, undefined);
      case '/health/ready':
        return writeHealth(response, notReady());
      case '/metrics': {
        const metrics = await metricsText();
        const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
        if (metrics !== undefined) return sendWhole(response, 200, headers, metrics);
        return sendWhole(response, 404, text, 'Metrics are off. Set telemetry.metrics.prometheus.\n');
      }
      default:
        return sendWhole(response, 404, text, 'There are /health/live, /health/ready and /metrics.\n');
    }
  };
}
