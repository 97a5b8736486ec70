import type { CanaryConfig } from '../config/canary.ts';
import type { Config } from '../config/config.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Backends } from '../transport/backends.ts';
import { Conductor } from './conductor.ts';
import { type GroupFigures, tallyGroups } from './group-tally.ts';
import { steerGroups } from './steer-groups.ts';

export interface CanariesOptions {
  readonly config: Pick<Config, 'traffic'>;
  readonly records: RecordStore;
  readonly backends: Backends;
  readonly telemetry: Telemetry;
  /** Told what is measured here, where another process looks after canaries. Default: this one does. */
  readonly onGroupFigures?: ((figures: readonly GroupFigures[]) => void) | undefined;
}

/** The canaries of subgraphs, as long as a configuration is at work. */
export interface Canaries {
  /** `undefined` where another process looks after them. */
  readonly conductor: Conductor | undefined;
  readonly open: () => void;
  readonly close: () => void;
}

/** Makes what steers calls to canaries and judges them; nothing happens before `open`. */
export function createCanaries({ config, records, backends, telemetry, onGroupFigures }: CanariesOptions): Canaries {
  const { traffic } = config;
  const canaries = canariesOf(traffic);
  const conductor =
    onGroupFigures === undefined ? new Conductor({ canaries, records, telemetry, now: Date.now }) : undefined;
  const closing: (() => void)[] = [];
  return {
    conductor,
    open() {
      const tell = onGroupFigures ?? ((figures) => conductor?.add(figures));
      closing.push(
        steerGroups({ canaries, traffic, records, backends, telemetry }),
        tallyGroups({ canaries, backends, telemetry, tell }),
      );
      conductor?.open();
    },
    close() {
      conductor?.close();
      for (const close of closing.splice(0)) close();
    },
  };
}

/** The canaries that a configuration asks for, by subgraph. */
export function canariesOf({ subgraphs }: Pick<Config['traffic'], 'subgraphs'>): ReadonlyMap<string, CanaryConfig> {
  return new Map(
    Object.entries(subgraphs).flatMap(([name, { canary }]) => (canary === undefined ? [] : [[name, canary] as const])),
  );
}
