import type { Telemetry } from '../telemetry.ts';
import { countHits } from './count-hits.ts';
import { Counter } from './counter.ts';
import { createGauge } from './gauge.ts';
import type { Metric } from './metric.ts';

/** What is counted of supergraphs that come and go. */
export interface SupergraphMetrics
  extends Pick<Telemetry, 'supergraphSwapped' | 'supergraphJudged' | 'trialChanged' | 'planAsked'> {
  readonly metrics: readonly Metric[];
}

/** All at zero; gauges are absent until there is something to tell. `now` is in milliseconds since the epoch. */
export function createSupergraphMetrics(now: () => number): SupergraphMetrics {
  let served: { readonly fingerprint: string; readonly subgraphs: number; readonly sinceMs: number } | undefined;
  let isRefused = false;
  let canaryPercent = 0;
  const { swaps, canaries, plans } = createCounters();
  return {
    metrics: [
      createGauge(
        'overlock_supergraph_subgraphs',
        'Subgraphs of the supergraph that is served.',
        () => served?.subgraphs ?? 0,
      ),
      {
        kind: 'gauge',
        name: 'overlock_supergraph_info',
        help: 'The supergraph that is served; always 1.',
        labels: ['fingerprint'],
        read: () => (served === undefined ? [] : [{ values: [served.fingerprint], value: 1 }]),
      },
      {
        kind: 'gauge',
        name: 'overlock_generation_age_seconds',
        help: 'How long the supergraph has been served that is served now.',
        labels: [],
        read: () => (served === undefined ? [] : [{ values: [], value: (now() - served.sinceMs) / 1_000 }]),
      },
      createGauge(
        'overlock_supergraph_refused',
        'Whether the newest supergraph cannot be read or used, so that an older one is served.',
        () => Number(isRefused),
      ),
      createGauge(
        'overlock_schema_canary_percent',
        'Share of the clients, of 100, that try another version.',
        () => canaryPercent,
      ),
      swaps,
      canaries,
      plans,
    ],
    supergraphSwapped(fingerprint, subgraphs) {
      served = { fingerprint, subgraphs, sinceMs: now() };
      swaps.add(1);
    },
    supergraphJudged(isGood) {
      isRefused = !isGood;
    },
    trialChanged(outcome, percent) {
      canaryPercent = percent;
      if (outcome !== 'shared') canaries.increment(outcome);
    },
    planAsked: countHits(plans),
  };
}

function createCounters() {
  const swaps = new Counter({
    name: 'overlock_supergraph_swaps_total',
    help: 'Supergraphs that have come to be served, the first one included.',
    labels: [],
  });
  swaps.add(0);
  const canaries = new Counter({
    name: 'overlock_schema_canaries_total',
    help: 'Versions that some clients were to try: started, then promoted or taken_back; failed could not be run.',
    labels: ['outcome'],
  });
  const plans = new Counter({
    name: 'overlock_plan_cache_total',
    help: 'Operations that were to be planned: hit was planned before.',
    labels: ['result'],
  });
  return { swaps, canaries, plans };
}
