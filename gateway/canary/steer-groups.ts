import type { CanaryConfig } from '../config/canary.ts';
import type { TrafficConfig } from '../config/traffic.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Backends } from '../transport/backends.ts';
import { type Canary, isAbout, parseCanary, shareOf } from './canary.ts';

export interface SteerGroupsOptions {
  readonly canaries: ReadonlyMap<string, CanaryConfig>;
  readonly traffic: Pick<TrafficConfig, 'subgraphs'>;
  readonly records: Pick<RecordStore, 'follow'>;
  readonly backends: Pick<Backends, 'steer'>;
  readonly telemetry: Pick<Telemetry, 'log' | 'backendCanaryOpened'>;
}

/** Has calls go to canaries as all gateways know that they should, until what it gives is called. */
export function steerGroups({ canaries, traffic, records, backends, telemetry }: SteerGroupsOptions): () => void {
  let known: ReadonlyMap<string, Canary> = new Map();
  const canaryOf = (subgraph: string, config: CanaryConfig) => {
    const canary = known.get(subgraph);
    return canary !== undefined && isAbout(canary, config) ? canary : undefined;
  };
  const steering = backends.steer((subgraph) => {
    const config = canaries.get(subgraph);
    if (config === undefined) return undefined;
    const canary = canaryOf(subgraph, config);
    // Before it is started for the first time, the configuration may say more than nothing.
    if (canary === undefined && traffic.subgraphs[subgraph]?.groups?.weights !== undefined) return undefined;
    const share = canary === undefined ? 0 : shareOf(canary, config);
    return new Map([
      [config.baseline, 1 - share],
      [config.group, share],
    ]);
  });
  const reporters = Array.from(canaries, ([subgraph, config]) =>
    telemetry.backendCanaryOpened(subgraph, () => {
      const canary = canaryOf(subgraph, config);
      return canary === undefined ? 0 : shareOf(canary, config);
    }),
  );
  const unfollow = records.follow('canary', (found) => {
    const read = found.map((record) => ({ id: record.id, canary: parseCanary(record) }));
    const unreadable = read.filter(({ canary }) => canary === undefined).map(({ id }) => id);
    if (unreadable.length > 0) telemetry.log.warn('Canaries that cannot be read are ignored.', { ids: unreadable });
    known = new Map(read.flatMap(({ canary }) => (canary === undefined ? [] : [[canary.subgraph, canary]])));
    steering.changed();
  });
  return () => {
    unfollow();
    steering.end();
    for (const close of reporters) close();
  };
}
