import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveSubject } from '../../console/live.ts';
import type { TrafficSnapshot } from '../telemetry/traffic/traffic.ts';
import { createConsoleHandler, isConsolePath } from './console.ts';
import { type ControlOptions, createControlHandler, isControlPath } from './control.ts';
import { writeHealth } from './health.ts';
import { jwksPath, writeJwks } from './jwks.ts';
import { createMetricsHandler, type MetricsOptions } from './metrics.ts';
import { createOperatorJsonHandler, type OperatorJsonOptions } from './operator-json.ts';
import { readSubject } from './read-subject.ts';
import { readWindow } from './read-window.ts';
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
  /** Reads what the requests of the last hour came to, by operation, client, tier, identity and country; without it there is no `/usage/recent`. */
  readonly readRecentUsage?: (() => Promise<unknown>) | undefined;
  /** Reads what happened lately; without it there is no `/traffic`. */
  readonly readTraffic?: ((windowMs: number) => Promise<TrafficSnapshot>) | undefined;
  /** Reads how one operation, client or subgraph did; without it there is no `/traffic/timeline`. */
  readonly readTimeline?: ((subject: LiveSubject, windowMs: number) => Promise<unknown>) | undefined;
  /** Reads it as the console shows it; without it there is no `/traffic/events`, and no console. */
  readonly readLive?: TrafficEventsOptions['read'] | undefined;
  /** Lists what fires, and what is looked at; without it there is no `/alerts`. */
  readonly listAlerts?: (() => unknown) | undefined;
  /** Lists what was unusual; without it there is no `/anomalies`. */
  readonly listAnomalies?: (() => unknown) | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Answers operators: `/health/live`, `/health/ready`, `/metrics`, `/usage`, `/traffic`, `/alerts`, `/anomalies`, `/console`, and what is under `/control/`. */
export function createAdminHandler({
  metricsText,
  notReady,
  jwks = () => undefined,
  control,
  readUsage,
  readRecentUsage,
  readTraffic,
  readTimeline,
  readLive,
  listAlerts,
  listAnomalies,
}: AdminOptions) {
  const { access } = control;
  const answerMetrics = createMetricsHandler({ read: metricsText });
  const answerControl = createControlHandler(control);
  const answerConsole = readLive && createConsoleHandler();
  const json = (read: OperatorJsonOptions['read'] | undefined) => read && createOperatorJsonHandler({ access, read });
  const forOperators: Readonly<Record<string, Answer | undefined>> = {
    '/usage': readUsage && createUsageHandler({ access, read: readUsage }),
    '/usage/recent': json(readRecentUsage),
    '/traffic': json(readTraffic && ((query) => readTraffic(readWindow(query)))),
    '/traffic/timeline': json(readTimeline && ((query) => readTimeline(readSubject(query), readWindow(query)))),
    '/traffic/events': readLive && createTrafficEventsHandler({ access, read: readLive }),
    '/alerts': json(listAlerts),
    '/anomalies': json(listAnomalies),
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (isControlPath(path)) return answerControl(request, response, path);
    const answer = Object.hasOwn(forOperators, path) ? forOperators[path] : undefined;
    if (answer !== undefined) return answer(request, response);
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
          'There are /health/live, /health/ready, /metrics, /usage, /usage/recent, /traffic, /alerts, /anomalies, /console and /control/.\n',
        );
    }
  };
}
