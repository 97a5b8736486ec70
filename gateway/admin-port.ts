import type { Config } from './config/config.ts';
import { type AdminOptions, createAdminHandler } from './http/admin.ts';
import { type Listener, listen } from './http/listen.ts';
import type { UsagePage } from './policy/rate-limit/usage.ts';
import { recordShapes } from './record-shapes.ts';
import type { RecordStore } from './store/record-store.ts';
import type { Logger } from './telemetry/logger.ts';

const defaultAdminPort = 9464;

/** What the admin port tells of a gateway, and tells it; `undefined` as long as there is nothing to tell. */
export interface AdminSubject extends Pick<AdminOptions, 'metricsText' | 'notReady' | 'jwks'> {
  readonly records: () => RecordStore | undefined;
  readonly readUsage: (cursor: string, client: string | undefined) => Promise<UsagePage> | undefined;
}

/**
 * Opens the admin port that a configuration asks for; `undefined` when it asks for none. The default port is a convenience: a second
 * gateway on the machine must not fail for it.
 * @throws Error with a sentence for the operator when a port that is named cannot be opened
 */
export async function openAdminPort(config: Config, subject: AdminSubject, log: Logger): Promise<Listener | undefined> {
  if (!config.admin.enabled) return undefined;
  const { records, readUsage, ...answers } = subject;
  const handle = createAdminHandler({
    ...answers,
    readUsage: async (cursor, client) => {
      const page = readUsage(cursor, client);
      if (page === undefined) throw new Error('The gateway is starting. Try again in a second.');
      return await page;
    },
    control: { access: config.admin, store: records, shapes: recordShapes, now: Date.now, log },
  });
  const { host, port = defaultAdminPort } = config.admin;
  try {
    return await listen({
      config: { ...config.listen, host, port, tls: undefined, allow: undefined, deny: [] },
      handle,
      log,
    });
  } catch (error) {
    if (config.admin.port !== undefined) throw error;
    log.warn(`Port ${port} is taken, so there is no admin port. Set admin.port to another one.`);
    return undefined;
  }
}
