import type { LiveLook, LiveSubject } from '../console/live.ts';
import { createKeysOfEntity, createObjectsOfType } from './cache/invalidation/keys-of-entity.ts';
import { parsePurge } from './cache/invalidation/parse-purge.ts';
import type { CacheStoreReport } from './cache/store/levelled-store.ts';
import type { Conductor } from './canary/conductor.ts';
import { commandCanary, listCanaries } from './canary/show-canaries.ts';
import type { Config } from './config/config.ts';
import { type LiveSources, readLiveState } from './console/read-live-state.ts';
import { toLiveTimeline, toLiveTraffic } from './console/to-live-traffic.ts';
import { type AdminOptions, createAdminHandler } from './http/admin.ts';
import type { ControlledView } from './http/control-view.ts';
import { type Listener, listen } from './http/listen.ts';
import type { Lookout } from './lookout.ts';
import type { UsagePage } from './policy/rate-limit/usage.ts';
import { recordShapes } from './record-shapes.ts';
import type { RecordStore } from './store/record-store.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { TrafficPoint } from './telemetry/traffic/traffic.ts';

const defaultAdminPort = 9464;

/** What the admin port tells of a gateway, and tells it; `undefined` as long as there is nothing to tell. */
export interface AdminSubject
  extends Pick<AdminOptions, 'metricsText' | 'notReady' | 'jwks' | 'readTraffic' | 'readRecentUsage'> {
  readonly audit: Telemetry['audit'];
  readonly records: () => RecordStore | undefined;
  readonly readUsage: (cursor: string, client: string | undefined) => Promise<UsagePage> | undefined;
  /** What is answered from. */
  readonly supergraph: Parameters<typeof createKeysOfEntity>[0];
  /** What is stored of answers, of all processes of the gateway. */
  readonly cacheReports: () => Promise<readonly CacheStoreReport[]>;
  /** Takes away what has one of the tags; gives whether all gateways have been told. */
  readonly purge: (tags: readonly string[]) => Promise<boolean>;
  /** Who looks after the canaries of subgraphs. */
  readonly canaries: () => Conductor | undefined;
  /** Metrics of all processes of the gateway, by name. */
  readonly families: LiveSources['families'];
  /** The last refusals of each of them. */
  readonly refusals: LiveSources['refusals'];
  /** How one operation, client or subgraph did in all processes. */
  readonly timelineOf: (subject: LiveSubject, windowMs: number) => Promise<readonly TrafficPoint[]>;
  /** An operation that clients sent, by its hash. */
  readonly lookAt: (hash: string) => Promise<LiveLook | undefined>;
  readonly profile: ControlledView['profile'];
  /** Who looks whether all is well. */
  readonly lookout: Lookout | undefined;
}

/**
 * Opens the admin port that a configuration asks for; `undefined` when it asks for none. The default port is a convenience: a second
 * gateway on the machine must not fail for it.
 * @throws Error with a sentence for the operator when a port that is named cannot be opened
 */
export async function openAdminPort(config: Config, subject: AdminSubject, log: Logger): Promise<Listener | undefined> {
  if (!config.admin.enabled) return undefined;
  const {
    audit,
    records,
    readUsage,
    supergraph,
    cacheReports,
    purge,
    canaries,
    readTraffic,
    timelineOf,
    lookAt,
    profile,
    lookout,
    ...answers
  } = subject;
  const keysOf = createKeysOfEntity(supergraph);
  const objectsOf = createObjectsOfType(supergraph);
  const handle = createAdminHandler({
    ...answers,
    readTraffic,
    readLive: readTraffic && (async (windowMs) => toLiveTraffic(await readTraffic(windowMs))),
    readTimeline: async (named, windowMs) => {
      return { atMs: Date.now(), windowMs, timeline: toLiveTimeline(await timelineOf(named, windowMs)) };
    },
    listAlerts: lookout && (() => lookout.listAlerts()),
    listAnomalies: lookout && (() => lookout.listAnomalies()),
    readUsage: async (cursor, client) => {
      const page = readUsage(cursor, client);
      if (page === undefined) throw new Error('The gateway is starting. Try again in a second.');
      return await page;
    },
    control: {
      access: config.admin,
      store: records,
      shapes: recordShapes,
      cache: {
        report: async () => ({ stores: await cacheReports() }),
        purge: async (named) => ({ told: await purge(parsePurge(named, keysOf, objectsOf)) }),
      },
      canaries: {
        list: () => listCanaries(canaries()),
        command: (subgraph, what, told) => commandCanary(canaries(), subgraph, what, told),
      },
      view: {
        state: () =>
          readLiveState({
            ...subject,
            listCanaries: () => listCanaries(canaries()),
            alerts: () => lookout?.listAlerts().alerts ?? [],
          }),
        lookAt,
        profile,
      },
      now: Date.now,
      log,
      audit,
    },
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
