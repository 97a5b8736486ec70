import type { Traffic, TrafficCounts } from './traffic.ts';

const nothing: TrafficCounts = {
  requests: 0,
  errors: 0,
  failures: 0,
  codes: {},
  cost: 0,
  bytes: 0,
  durations: [],
  p50Ms: undefined,
  p95Ms: undefined,
  p99Ms: undefined,
};

/** Traffic that nobody looks at. */
export const noTraffic: Pick<Traffic, 'snapshot' | 'p99Of'> = {
  snapshot: (windowMs) => ({
    atMs: 0,
    windowMs,
    total: nothing,
    operations: [],
    clients: [],
    subgraphs: [],
    timeline: [],
  }),
  p99Of: () => undefined,
};
