import type { TelemetryConfig } from '../config/telemetry.ts';
import { createLogger, type LogOutput } from './create-logger.ts';
import type { Logger } from './logger.ts';
import { createGatewayMetrics } from './metrics/gateway-metrics.ts';
import { createLimitMetrics } from './metrics/limit-metrics.ts';
import { createPolicyMetrics } from './metrics/policy-metrics.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { toPrometheusText } from './metrics/prometheus-text.ts';
import { createRegistryMetrics } from './metrics/registry-metrics.ts';
import { noTelemetry } from './no-telemetry.ts';
import type { RequestFacts, Telemetry } from './telemetry.ts';
import type { Tracing } from './tracing.ts';

export interface TelemetryOptions {
  /** Where the log goes. */
  readonly output: LogOutput;
  /** Which of several processes of one gateway this is. */
  readonly worker?: number | undefined;
}

/** Sets up what the configuration asks for; what it does not ask for is not even loaded. */
export async function createTelemetry(
  config: TelemetryConfig,
  { output, worker }: TelemetryOptions,
): Promise<Telemetry> {
  const tracing = config.traces && (await import('./tracing.ts')).createTracing();
  const base = worker === undefined ? {} : { worker };
  const log = createLogger(config.logs, output, tracing?.traceId, base);
  const counted = config.metrics.prometheus || config.metrics.otlp !== undefined;
  const gatewayMetrics = counted ? createGatewayMetrics() : undefined;
  const policyMetrics = counted ? createPolicyMetrics() : undefined;
  const { metrics: limitMetrics, ...limitListeners } = createLimitMetrics();
  const { metrics: registryMetrics, ...registryListeners } = createRegistryMetrics();
  const processMetrics = counted ? createProcessMetrics() : undefined;
  const metrics = [
    ...(gatewayMetrics?.metrics ?? []),
    ...(policyMetrics?.metrics ?? []),
    ...(counted ? [...limitMetrics, ...registryMetrics] : []),
    ...(processMetrics?.metrics ?? []),
  ];
  const sends = config.traces !== undefined || config.metrics.otlp !== undefined;
  // Without trace ids: what is sent in the background belongs to no request.
  const sdkLog = createLogger(config.logs, output, undefined, base);
  const stopSdk = sends
    ? (await import('./start-sdk.ts')).startSdk({ config, metrics, log: sdkLog, worker })
    : undefined;

  const listeners = [
    gatewayMetrics?.requestEnded,
    tracing?.requestEnded,
    config.logs.access ? logAccess(log) : undefined,
  ].filter((listener) => listener !== undefined);

  return {
    ...noTelemetry,
    log,
    ...tracing,
    withRequest: countingRequests(tracing ?? noTelemetry, gatewayMetrics?.track),
    requestEnded: inTurn(listeners),
    ...(gatewayMetrics && {
      fetchEnded: gatewayMetrics.fetchEnded,
      operationCacheAsked: gatewayMetrics.operationCacheAsked,
      supergraphSwapped: gatewayMetrics.supergraphSwapped,
    }),
    ...(policyMetrics && { policyDenied: policyMetrics.policyDenied, costCounted: policyMetrics.costCounted }),
    ...(counted && limitListeners),
    ...(counted && registryListeners),
    ...(config.metrics.prometheus && { metricsText: () => Promise.resolve(toPrometheusText(metrics)) }),
    async shutdown() {
      processMetrics?.stop();
      await stopSdk?.();
    },
  };
}

function countingRequests(
  { withRequest }: Pick<Tracing, 'withRequest'>,
  track: (<T>(run: () => Promise<T>) => Promise<T>) | undefined,
): Telemetry['withRequest'] {
  if (track === undefined) return withRequest;
  return (headers, requestId, run) => track(() => withRequest(headers, requestId, run));
}

function inTurn(listeners: readonly ((facts: RequestFacts) => void)[]): Telemetry['requestEnded'] {
  const [only] = listeners;
  if (only === undefined) return noTelemetry.requestEnded;
  if (listeners.length === 1) return only;
  return (facts) => {
    for (const listener of listeners) listener(facts);
  };
}

function logAccess(log: Logger): Telemetry['requestEnded'] {
  return (facts) => log.info('A request was answered.', { ...facts });
}
