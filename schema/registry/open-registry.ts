import { watchCanaries } from './canary/watch-canaries.ts';
import { catchUpContracts } from './catch-up-contracts.ts';
import { Artifacts } from './delivery/artifacts.ts';
import { EventStreams } from './delivery/event-streams.ts';
import { ensureSigningKey, type SigningKey } from './delivery/signing-key.ts';
import { allRoutes } from './http/all-routes.ts';
import { type Api, createApi } from './http/api.ts';
import { Jobs } from './jobs.ts';
import type { RegistryLog } from './log.ts';
import { createPostman, type Postman } from './network/post.ts';
import { assertPublicUrl } from './network/public-address.ts';
import type { Registry } from './registry.ts';
import type { RegistryStore, Retention } from './store/registry-store.ts';
import { ensureAdmin } from './tokens/first-admin.ts';
import { Turns } from './turns.ts';
import { warmUp } from './warm-up.ts';
import { deliverEvents } from './webhooks/deliver-events.ts';
import type { Workshop } from './work/task.ts';

export interface OpenRegistryOptions {
  /** Stays the caller's to close. */
  readonly store: RegistryStore;
  /** Stays the caller's to close. */
  readonly workshop: Workshop;
  /** What artifacts are signed with; by default a key that the store keeps. */
  readonly signingKey?: SigningKey | undefined;
  /** The operator's own secret of an admin. */
  readonly adminToken?: string | undefined;
  /** Whether URLs of subgraphs and webhooks that lead to private addresses are refused. */
  readonly denyPrivateUrls: boolean;
  /** How long recorded usage is kept. */
  readonly retention: Retention;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: RegistryLog;
}

/** A registry that answers. */
export interface OpenRegistry extends Api {
  /** The secret of an admin that was made because there was none; it is nowhere else. */
  readonly firstAdminToken: string | undefined;
  /** Lets gateways go that wait; what else is asked is still answered. */
  readonly drain: () => void;
  readonly close: () => Promise<void>;
}

const webhookJob = 'webhooks';
const webhooksEveryMs = 2_000;
/** Together with the time in which gateways report, far below the half minute that a bad canary may live. */
const canariesEveryMs = 2_000;
const contractsEveryMs = 60_000;
const retentionEveryMs = 3_600_000;

/**
 * Opens a registry over its store.
 * @throws Error with a sentence for the operator
 */
export async function openRegistry(options: OpenRegistryOptions): Promise<OpenRegistry> {
  const { store, workshop, denyPrivateUrls, now, log } = options;
  const assertUrl = denyPrivateUrls ? (url: string) => assertPublicUrl(url) : async () => {};
  const registry: Registry = { store, workshop, turns: new Turns(), assertUrl, now, log };
  const firstAdminToken = await ensureAdmin(registry, options.adminToken);
  const key = options.signingKey ?? (await ensureSigningKey(store));
  const artifacts = new Artifacts({ store, key, now });
  const streams = new EventStreams(artifacts, log);
  const { fetch } = createApi({ registry, artifacts, streams, key }, allRoutes);
  const postman = createPostman(denyPrivateUrls);
  const jobs = startJobs(registry, postman, options.retention);
  const closing = new AbortController();
  const warmedUp = warmUp(registry, closing.signal);
  const stopFollowing = store.follow(() => jobs.run(webhookJob));
  return {
    fetch,
    firstAdminToken,
    drain: () => artifacts.close(),
    async close() {
      closing.abort();
      stopFollowing();
      artifacts.close();
      streams.close();
      await jobs.close();
      await warmedUp;
      await postman.close();
    },
  };
}

function startJobs(registry: Registry, { post }: Postman, retention: Retention): Jobs {
  const { store, now, log } = registry;
  const jobs = new Jobs(store, log);
  const sender = { post, random: Math.random };
  const derived = new Map<string, number>();
  jobs.start({
    name: webhookJob,
    everyMs: webhooksEveryMs,
    work: (signal) => deliverEvents(registry, sender, signal),
  });
  jobs.start({
    name: 'canaries',
    everyMs: canariesEveryMs,
    work: (signal) => watchCanaries(registry, signal),
  });
  jobs.start({
    name: 'contracts',
    everyMs: contractsEveryMs,
    work: (signal) => catchUpContracts(registry, derived, signal),
  });
  jobs.start({ name: 'retention', everyMs: retentionEveryMs, work: () => store.expireUsage(now(), retention) });
  return jobs;
}
