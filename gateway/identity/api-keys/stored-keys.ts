import type { RecordStore, StoredRecord } from '../../store/record-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type ApiKey, parseApiKey } from './key-file.ts';
import type { KeySource } from './key-source.ts';

/** The API keys of a store, as they change. */
export function createStoredKeys(store: Pick<RecordStore, 'follow'>, log: Logger): KeySource {
  let keys: ReadonlyMap<string, ApiKey> | undefined;
  const close = store.follow('apiKey', (records) => {
    keys = new Map(
      records
        .map((record) => read(record, log))
        .filter((key) => key !== undefined)
        .map((key) => [key.id, key]),
    );
  });
  // Whoever has the store opens it before the first request.
  return { keys: () => keys, tried: Promise.resolve(), close };
}

function read({ id, value }: StoredRecord, log: Logger): ApiKey | undefined {
  const key = parseApiKey(value);
  if (key?.id === id) return key;
  log.warn('An API key that cannot be read is not accepted; remove it.', { id });
  return undefined;
}
