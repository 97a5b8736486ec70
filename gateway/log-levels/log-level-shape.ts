import type { RecordShape } from '../store/record-shape.ts';
import { sentLogLevel } from './log-level.ts';

const advice =
  'A log level says the level, its scope (all, client, operation or subgraph), the name of what it is for, which is empty for all, and setBy.';

/** Levels of the log as operators send them. */
export const logLevelShape: RecordShape = {
  kind: 'logLevel',
  accept(record, _former, nowMs) {
    const { data } = sentLogLevel.safeParse(record.value);
    if (data === undefined) throw new Error(advice);
    return { ...record, value: { ...data, setAt: new Date(nowMs).toISOString() } };
  },
  show: (value) => value,
};
