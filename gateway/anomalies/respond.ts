import type { AnomaliesConfig } from '../config/anomalies.ts';
import { blockIdOf, parseBlock } from '../policy/blocks/block.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Anomaly } from './anomaly.ts';
import { describeAnomaly } from './describe-anomaly.ts';
import { stepMs } from './step.ts';

/** What an alert says. */
interface RaisedAlert {
  readonly name: string;
  readonly severity: 'warning';
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly lastsMs: number;
}

export interface RespondOptions {
  readonly config: Pick<AnomaliesConfig, 'actions' | 'for'>;
  readonly telemetry: Pick<Telemetry, 'log' | 'audit'>;
  readonly raise: (alert: RaisedAlert) => void;
  /** `undefined` as long as there is none. */
  readonly records: () => Pick<RecordStore, 'all' | 'put'> | undefined;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

const setBy = 'anomalies';
/** Some get through, so that it is seen when all is as usual again. */
const refusedShareMost = 0.95;

/** Does about an anomaly what is configured. Never rejects. */
export async function respond(
  anomaly: Anomaly,
  { config, telemetry, raise, records, now }: RespondOptions,
): Promise<void> {
  const { kind, of, name, value, usual, score } = anomaly;
  const summary = describeAnomaly(anomaly);
  const { actions } = config;
  if (actions.includes('log')) {
    telemetry.log.warn('Something is unusual.', { anomaly: kind, of, name, value, usual, score: Math.round(score) });
  }
  if (actions.includes('alert')) {
    raise({
      ...{ name: `anomaly-${kind}`, severity: 'warning', summary, value },
      labels: { of, ...(name !== '' && { [of]: name }) },
      lastsMs: stepMs * 2,
    });
  }
  const store = records();
  const { block } = anomaly;
  const does = actions.includes('block') ? 'block' : actions.includes('tighten') ? 'tighten' : undefined;
  if (does === undefined || block === undefined || store === undefined) return;
  const id = blockIdOf(block);
  const former = store.all('block').find((record) => record.id === id);
  const isOurs = former === undefined || parseBlock(former)?.setBy === setBy;
  // What an operator has decided stays.
  if (!isOurs) return;
  const share = does === 'block' ? {} : { share: refusedShareOf(anomaly) };
  const held = { ...block, ...share, reason: summary, setBy, setAt: new Date(now()).toISOString() };
  try {
    await store.put({ kind: 'block', id, value: held, expiresAtMs: now() + config.for });
    telemetry.audit(does === 'block' ? 'anomaly.block' : 'anomaly.tighten', {
      ...block,
      ...share,
      anomaly: kind,
      forMs: config.for,
    });
  } catch (error) {
    telemetry.log.error('Who is unusual could not be held back.', { error });
  }
}

/** So that about twice what is usual gets through. */
function refusedShareOf({ kind, value, usual }: Anomaly): number {
  if (kind === 'mix') return value;
  return Math.min(Math.max(1 - (2 * usual) / value, 0), refusedShareMost);
}
