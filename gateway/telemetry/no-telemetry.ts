import type { Logger } from './logger.ts';
import type { Telemetry } from './telemetry.ts';
import { noTraffic } from './traffic/no-traffic.ts';

const nothing = () => {};

/** A log that is not kept. */
export const noLog: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Telemetry that is off: every member calls straight through or does nothing. */
export const noTelemetry: Telemetry = {
  log: noLog,
  traffic: noTraffic,
  recentRefusals: () => [],
  requestBegan: () => undefined,
  withStage: (_stage, run) => run(),
  requestEnded: nothing,
  requestLeft: nothing,
  fetchBegan: () => undefined,
  fetchEnded: nothing,
  operationCacheAsked: nothing,
  cacheAsked: nothing,
  cacheLevelAsked: nothing,
  policyDenied: nothing,
  costCounted: undefined,
  limitDecided: nothing,
  quotaUsed: nothing,
  limitStoreOpened: () => ({ asked: nothing, bypassed: nothing, changed: nothing, closed: nothing }),
  endpointsOpened: () => ({ called: nothing, ejected: nothing, probed: nothing, lookedUp: nothing, closed: nothing }),
  backendOpened: () => ({
    retried: nothing,
    hedged: nothing,
    breakerChanged: nothing,
    refused: nothing,
    copied: nothing,
    closed: nothing,
  }),
  backendCanaryOpened: () => nothing,
  backendCanaryCalled: nothing,
  backendCanaryChanged: nothing,
  requestShed: nothing,
  answerDegraded: nothing,
  idempotencyDecided: nothing,
  faultInjected: nothing,
  watchLoad: nothing,
  supergraphSwapped: nothing,
  supergraphJudged: nothing,
  trialChanged: nothing,
  planAsked: nothing,
  registryFollowed: nothing,
  artifactRead: nothing,
  anomalyFound: nothing,
  watchForecast: nothing,
  alertTold: nothing,
  watchAlerts: nothing,
  usageTold: nothing,
  usageDropped: nothing,
  metricsText: () => Promise.resolve(undefined),
  metricFamilies: () => [],
  audit: nothing,
  setLogLevels: nothing,
  shutdown: () => Promise.resolve(),
};
