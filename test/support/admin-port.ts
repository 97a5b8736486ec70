import { once } from 'node:events';
import { createServer } from 'node:http';
import { adminSection } from '../../gateway/config/listen.ts';
import { createControlHandler } from '../../gateway/http/control.ts';
import type { ControlledCache } from '../../gateway/http/control-cache.ts';
import { recordShapes } from '../../gateway/record-shapes.ts';
import { MemoryRecordStore } from '../../gateway/store/memory-record-store.ts';
import type { RecordStore } from '../../gateway/store/record-store.ts';
import { RecordTable } from '../../gateway/store/record-table.ts';
import { createRecordingLogger } from './recording-logger.ts';

/** The part of an admin port that operators change things at, without the gateway behind it. */
export interface AdminPort extends AsyncDisposable {
  readonly url: string;
  readonly store: RecordStore;
}

/** Opens one, as the section `admin` says, over a store in memory. */
export async function openAdminPort(
  section: Record<string, unknown> = {},
  cache?: ControlledCache,
): Promise<AdminPort> {
  const store = new MemoryRecordStore(new RecordTable(Date.now));
  await store.open();
  const handle = createControlHandler({
    access: adminSection.parse(section),
    store: () => store,
    shapes: recordShapes,
    cache,
    now: Date.now,
    log: createRecordingLogger().log,
  });
  const server = createServer((request, response) => void handle(request, response, request.url ?? ''));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    store,
    async [Symbol.asyncDispose]() {
      store.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
