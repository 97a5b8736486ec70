import type { ControlStoreConfig } from '../config/control.ts';
import type { Logger } from '../telemetry/logger.ts';
import { FileRecordStore } from './file-record-store.ts';
import { MemoryRecordStore } from './memory-record-store.ts';
import type { RecordStore } from './record-store.ts';
import type { RecordTable } from './record-table.ts';
import { RedisRecordStore } from './redis-record-store.ts';

interface RecordStoreOptions {
  readonly config: ControlStoreConfig;
  /** What a store in memory keeps records in. Keep it over a new configuration: nothing else has them. */
  readonly memory: RecordTable;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

/** The store that a configuration asks for. It reads nothing before it is opened. */
export function createRecordStore({ config, memory, now, log }: RecordStoreOptions): RecordStore {
  if (config === 'memory') return new MemoryRecordStore(memory);
  if ('file' in config) return new FileRecordStore({ file: config.file, now, log });
  return new RedisRecordStore({ config, now, log });
}
