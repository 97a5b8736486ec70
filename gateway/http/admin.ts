import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TrafficSnapshot } from '../telemetry/traffic/traffic.ts';
import { createConsoleHandler, isConsolePath } from './console.ts';
import { type ControlOptions, createControlHandler, isControlPath } from './control.ts';
import { writeHealth } from './health.ts';
import { jwksPath, writeJwks } from './jwks.ts';
import { createMetricsHandler, type MetricsOptions } from './metrics.ts';
import { createOperatorJsonHandler } from './operator-json.ts';
import { readWindow } from './read-window.ts';
import { createRecentUsageHandler, type RecentUsageOptions } from './recent-usage.ts';
import { sendWhole } from './send-whole.ts';
import { createTrafficEventsHandler, type TrafficEventsOptions } from './traffic-events.ts';
import { createUsageHandler, type UsageOptions } from './usage.ts';

export interface AdminOptions {
  /** Metrics as text, without the mark of its end; `undefined` when they are off. */
  readonly metricsText: MetricsOptions['read'];
  /** Why the gateway is not ready; `undefined` when it is. */
  readonly notReady: () => string | undefined;
  /** The keys that the gateway signs with, as JSON; `undefined` when it signs nothing. */
  readonly jwks?: () => string | undefined;
  readonly control: ControlOptions;
  /** Reads what is used of limits; without it there is no `/usage`. */
  readonly readUsage?: UsageOptions['read'] | undefined;
  /** Reads what the requests of the last hour came to; without it there is no `/usage/recent`. */
  readonly readRecentUsage?: RecentUsageOptions['read'] | undefined;
  /** Reads what happened lately; without it there is no `/traffic`. */
  readonly readTraffic?: ((windowMs: number) => Promise<TrafficSnapshot>) | undefined;
  /** Reads it as the console shows it; without it there is no `/traffic/events`, and no console. */
  readonly readLive?: TrafficEventsOptions['read'] | undefined;
  /** Lists what fires; without it there is no `/alerts`. */
  readonly listAlerts?: (() => readonly unknown[]) | undefined;
}

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers operators: `/health/live`, `/health/ready`, `/metrics`, `/usage`, `/traffic`, `/alerts`, `/console`, and what is under `/control/`. */
export function createAdminHandler({
  metricsText,
  notReady,
  jwks = () => undefined,
  control,
  readUsage,
  readRecentUsage,
  readTraffic,
  readLive,
  listAlerts,
}: AdminOptions) {
  const answerMetrics = createMetricsHandler({ read: metricsText });
  const answerControl = createControlHandler(control);
  const answerUsage = readUsage && createUsageHandler({ access: control.access, read: readUsage });
  const { access } = control;
  const answerRecentUsage =
    readRecentUsage && createRecentUsageHandler({ access: control.access, read: readRecentUsage });
  const answerTraffic =
    readTraffic && createOperatorJsonHandler({ access, read: (query) => readTraffic(readWindow(query)) });
  const answerAlerts = listAlerts && createOperatorJsonHandler({ access, read: () => ({ alerts: listAlerts() }) });
  const answerEvents = readLive && createTrafficEventsHandler({ access, read: readLive });
  const answerConsole = readLive && createConsoleHandler();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (isControlPath(path)) return answerControl(request, response, path);
    if (path === '/traffic/events' && answerEvents !== undefined) return answerEvents(request, response);
    if (path === '/usage' && answerUsage !== undefined) return answerUsage(request, response);
    if (path === '/usage/recent' && answerRecentUsage !== undefined) return answerRecentUsage(request, response);
    if (path === '/traffic' && answerTraffic !== undefined) return answerTraffic(request, response);
    if (path === '/alerts' && answerAlerts !== undefined) return answerAlerts(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      sendWhole(response, 405, { ...text, allow: 'GET, HEAD' }, 'Only GET and HEAD can be used here.\n');
      return;
    }
    if (answerConsole !== undefined && isConsolePath(path)) return answerConsole(request, response, path);
    switch (path) {
      case '/health/live':
        return writeHealth(response, undefined);
      case '/health/ready':
        return writeHealth(response, notReady());
      case '/metrics':
        return answerMetrics(request, response);
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
          'There are /health/live, /health/ready, /metrics, /usage, /usage/recent, /traffic, /alerts, /console and /control/.\n',
        );
    }
  };
}
