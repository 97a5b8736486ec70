import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ControlOptions, createControlHandler, isControlPath } from './control.ts';
import { writeHealth } from './health.ts';
import { jwksPath, writeJwks } from './jwks.ts';
import { sendWhole } from './send-whole.ts';
import { createUsageHandler, type UsageOptions } from './usage.ts';

export interface AdminOptions {
  /** Prometheus text, or `undefined` when metrics are off. */
  readonly metricsText: () => Promise<string | undefined>;
  /** Why the gateway is not ready; `undefined` when it is. */
  readonly notReady: () => string | undefined;
  /** The keys that the gateway signs with, as JSON; `undefined` when it signs nothing. */
  readonly jwks?: () => string | undefined;
  readonly control: ControlOptions;
  /** Reads what is used of limits; without it there is no `/usage`. */
  readonly readUsage?: UsageOptions['read'] | undefined;
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers operators: `/health/live`, `/health/ready`, `/metrics`, `/usage`, and what is under `/control/`. */
export function createAdminHandler({
  metricsText,
  notReady,
  jwks = () => undefined,
  control,
  readUsage,
}: AdminOptions) {
  const answerControl = createControlHandler(control);
  const answerUsage = readUsage && createUsageHandler({ access: control.access, read: readUsage });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (isControlPath(path)) return answerControl(request, response, path);
    if (path === '/usage' && answerUsage !== undefined) return answerUsage(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendWhole(response, 405, { ...text, allow: 'GET, HEAD' }, 'Only GET and HEAD can be used here.\n');
      return;
    }
    switch (path) {
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
      case jwksPath: {
        const keys = jwks();
        if (keys !== undefined) return writeJwks(response, keys);
        return sendWhole(response, 404, text, 'Nothing is signed with keys. Set identity.onward.\n');
      }
      default:
        return sendWhole(
          response,
          404,
          text,
          'There are /health/live, /health/ready, /metrics, /usage and /control/.\n',
        );
    }
  };
}
