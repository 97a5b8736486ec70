import type { Logger } from './logger.ts';
import type { Telemetry } from './telemetry.ts';

const nothing = () => {};
const noHeaders: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

/** A log that is not kept. */
export const noLog: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Telemetry that is off: every member calls straight through or does nothing. */
export const noTelemetry: Telemetry = {
  log: noLog,
  withRequest: (_headers, _requestId, run) => run(),
  withStage: (_stage, run) => run(),
  withFetch: (_subgraph, _kind, run) => run(noHeaders),
  requestEnded: nothing,
  fetchEnded: nothing,
  operationCacheAsked: nothing,
  policyDenied: nothing,
  costCounted: undefined,
  limitDecided: nothing,
  limitStoreOpened: () => ({ asked: nothing, bypassed: nothing, changed: nothing, closed: nothing }),
  requestShed: nothing,
  watchLoad: nothing,
  supergraphSwapped: nothing,
  registryFollowed: nothing,
  artifactRead: nothing,
  usageTold: nothing,
  usageDropped: nothing,
  metricsText: () => Promise.resolve(undefined),
  traceId: () => undefined,
  shutdown: () => Promise.resolve(),
};
