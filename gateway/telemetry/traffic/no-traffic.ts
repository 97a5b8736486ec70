import type { Traffic, TrafficCounts } from './traffic.ts';

const nothing: TrafficCounts = {
  requests: 0,
  errors: 0,
  failures: 0,
  codes: {},
  cost: 0,
  bytes: 0,
  durations: [],
};

/** Traffic that nobody looks at. */
export const noTraffic: Pick<Traffic, 'snapshot' | 'timelineOf' | 'p99Of'> = {
  snapshot: (windowMs) => ({
    atMs: 0,
    windowMs,
    total: nothing,
    operations: [],
    clients: [],
    subgraphs: [],
    timeline: [],
  }),
  timelineOf: () => [],
  p99Of: () => undefined,
};
