import type { LiveAlert, LiveState } from '../../console/live.ts';
import type { CacheStoreReport } from '../cache/store/levelled-store.ts';
import { version } from '../lib/version.ts';
import type { ProcessFamilies } from '../telemetry/metrics/metric-family.ts';
import { mergeRefusals, type RecentRefusal } from '../telemetry/refusals/recent-refusals.ts';
import { readState, stateMetrics } from './read-state.ts';

/** Where the state of a gateway is read from, of all its processes. */
export interface LiveSources {
  readonly notReady: () => string | undefined;
  readonly families: (names: readonly string[]) => Promise<readonly ProcessFamilies[]>;
  readonly cacheReports: () => Promise<readonly CacheStoreReport[]>;
  readonly refusals: () => Promise<readonly (readonly RecentRefusal[])[]>;
  readonly listCanaries: () => LiveState['canaries'];
  readonly alerts: () => readonly Pick<LiveAlert, 'state'>[];
}

/** How it stands with a gateway now. */
export async function readLiveState(sources: LiveSources): Promise<LiveState> {
  const { notReady, families, cacheReports, refusals, listCanaries, alerts } = sources;
  const [processes, stores, refused] = await Promise.all([families(stateMetrics), cacheReports(), refusals()]);
  const { lookups, ...counted } = readState(processes);
  return {
    atMs: Date.now(),
    version,
    notReady: notReady(),
    ...counted,
    firing: alerts().filter(({ state }) => state === 'firing').length,
    canaries: listCanaries(),
    cache: { stores, lookups },
    refusals: mergeRefusals(refused),
  };
}
