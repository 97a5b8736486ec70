import { FileRecordStore } from '../../../gateway/store/file-record-store.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

/** Writes records into the file that it is told until it is killed, and prints each one that was kept. */
const store = new FileRecordStore({ file: process.argv[2] ?? '', now: Date.now, log: createRecordingLogger().log });
for (let number = 0; ; number++) {
  const id = `record-${number}`;
  await store.put({ kind: 'block', id, value: 'x'.repeat(1_000), expiresAtMs: undefined });
  process.stdout.write(`${id}\n`);
}
