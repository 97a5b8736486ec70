import { usualAccessLog } from '../config/logs.ts';
import type { TelemetryConfig } from '../config/telemetry.ts';
import { within } from '../lib/within.ts';
import { createLogger, type LogOutput } from './create-logger.ts';
import { createAccessLog } from './logs/access-log.ts';
import { createAudit } from './logs/create-audit.ts';
import { LogLevels } from './logs/log-levels.ts';
import { RequestsUnderWay } from './logs/requests-under-way.ts';
import { createMetrics, type Metrics } from './metrics/create-metrics.ts';
import { readFamilies } from './metrics/metric-family.ts';
import { toPrometheusText } from './metrics/prometheus-text.ts';
import { noTelemetry } from './no-telemetry.ts';
import { createRecentRefusals } from './refusals/recent-refusals.ts';
import { startSending } from './start-sending.ts';
import type { RequestFacts, Telemetry } from './telemetry.ts';
import { createTraffic } from './traffic/create-traffic.ts';
import { withStage } from './with-stage.ts';

export interface TelemetryOptions {
  /** Where the log goes. */
  readonly output: LogOutput;
  /** Which of several processes of one gateway this is. */
  readonly worker?: number | undefined;
}

/** What cannot be sent in this time is lost. */
const shutdownMs = 1_000;

/** Sets up what the configuration asks for; what it does not ask for is not even loaded. */
export async function createTelemetry(
  config: TelemetryConfig,
  { output, worker }: TelemetryOptions,
): Promise<Telemetry> {
  const traffic = createTraffic({ now: Date.now });
  const refusals = createRecentRefusals(Date.now);
  const base = worker === undefined ? {} : { worker };
  const requests = new RequestsUnderWay();
  const levels = new LogLevels(config.logs.level, requests);
  const log = createLogger(config.logs, { output, base, requests, levels });
  const access = createAccessLog({
    config: config.logs.access || usualAccessLog,
    isOn: config.logs.access !== false,
    log,
    levels,
    random: Math.random,
  });
  const audit = createAudit(config.logs, { base, log });
  const counted = config.metrics.prometheus || config.metrics.otlp !== undefined;
  const counting = counted ? createMetrics(config.metrics, () => requests.size) : undefined;
  const { tracing, sendMetrics } = await startSending(config, { traffic, log, worker });
  const metrics = counting ? [...counting.metrics, ...(tracing?.metrics ?? []), ...audit.metrics] : [];
  const stopMetrics = await sendMetrics(metrics);

  const requestListeners = [
    // First, as others want to know which traces are kept.
    tracing?.requestEnded,
    counting && withTraceId(counting),
    traffic.requestEnded,
    refusals.requestEnded,
    access.requestEnded,
    audit.requestEnded,
  ].filter((listener) => listener !== undefined);
  return {
    ...noTelemetry,
    ...counting?.listeners,
    log,
    traffic,
    recentRefusals: refusals.read,
    ...((counting || tracing) && { withStage }),
    ...(tracing && { fetchBegan: tracing.fetchBegan }),
    requestBegan(request, startMs) {
      requests.enter(request);
      return tracing?.begin(request, startMs);
    },
    requestEnded: inTurn(requestListeners),
    requestLeft(request, error) {
      requests.leave(request);
      const { trace, stages } = request.client;
      if (stages !== undefined) counting?.stagesEnded(stages);
      if (trace !== undefined) tracing?.end(trace, error);
    },
    fetchEnded: inTurn([traffic.fetchEnded, access.fetchEnded, ...(counting ? [counting.fetchEnded] : [])]),
    audit: audit.add,
    setLogLevels: (rules) => levels.set(rules),
    ...(config.metrics.prometheus && { metricsText: (format) => Promise.resolve(toPrometheusText(metrics, format)) }),
    metricFamilies: (names) => readFamilies(metrics, names),
    async shutdown() {
      counting?.stop();
      const endings = [tracing?.shutdown(), stopMetrics?.(), audit.close()].filter((ending) => ending !== undefined);
      await Promise.allSettled(endings.map((ending) => within(ending, shutdownMs, 'It takes too long.')));
    },
  };
}

/** Tells which of the traces that are kept an observation belongs to. */
function withTraceId({ requestEnded }: Metrics): (facts: RequestFacts) => void {
  return (facts) => {
    const trace = facts.request?.client.trace;
    requestEnded(facts, trace?.isKept === true ? trace.traceId : undefined);
  };
}

function inTurn<Facts>(listeners: readonly ((facts: Facts) => void)[]): (facts: Facts) => void {
  return (facts) => {
    for (const listener of listeners) listener(facts);
  };
}
