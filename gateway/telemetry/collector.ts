import { randomUUID } from 'node:crypto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { version } from '../lib/version.ts';
import type { Logger } from './logger.ts';

/** A collector that does not answer holds nothing up for longer. */
export const collectorTimeoutMs = 2_000;

const warningPauseMs = 60_000;

/** Both the base URL of a collector and the whole URL of a signal may be given. */
export function toSignalUrl(collector: string, signal: 'traces' | 'metrics'): string {
  const base = collector.replace(/\/$/, '');
  return base.endsWith(`/v1/${signal}`) ? base : `${base}/v1/${signal}`;
}

/** What a collector is told of who sends. */
export function createResource(service: string, worker: number | undefined): Resource {
  return defaultResource()
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: service,
        [ATTR_SERVICE_VERSION]: version,
        // Two processes must not report the same series.
        ...(worker !== undefined && { [ATTR_SERVICE_INSTANCE_ID]: randomUUID() }),
      }),
    );
}

/** Tells in the log, at most once a minute, that a collector cannot be reached. */
export function createTroubleReport(log: Pick<Logger, 'warn'>): (reason: string) => void {
  let silentUntilMs = 0;
  return (reason) => {
    if (performance.now() < silentUntilMs) return;
    silentUntilMs = performance.now() + warningPauseMs;
    log.warn('Telemetry cannot be sent. Is the collector of "telemetry" running?', { reason });
  };
}
