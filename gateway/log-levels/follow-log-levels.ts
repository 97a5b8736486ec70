import type { RecordStore } from '../store/record-store.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { parseLogLevel } from './log-level.ts';

/** Has the log be as detailed as operators say, until the function that it gives is called; what cannot be read changes nothing. */
export function followLogLevels(
  store: Pick<RecordStore, 'follow'>,
  { log, setLogLevels }: Pick<Telemetry, 'log' | 'setLogLevels'>,
): () => void {
  return store.follow('logLevel', (records) => {
    const levels = records.flatMap((record) => parseLogLevel(record) ?? []);
    if (levels.length < records.length) log.warn('Levels of the log that cannot be read are ignored; remove them.');
    setLogLevels(levels);
  });
}
