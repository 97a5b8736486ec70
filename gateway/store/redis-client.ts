import type { Cluster, Redis, SentinelAddress } from 'ioredis';
import type { RedisPlace, RedisSentinels } from '../config/redis-keys.ts';

/** One server, or a cluster of them. */
export type RedisClient = Redis | Cluster;

interface RedisClientOptions {
  readonly redis: RedisPlace;
  /** Whether it is the URL of any node of a cluster. */
  readonly cluster: boolean;
  /** How long connecting may take. */
  readonly timeoutMs: number;
  /** Told what sentinels say instead of where the master is. */
  readonly onSentinelError: (error: Error) => void;
}

const sentinelPort = 26_379;

/** A client that never tries again by itself, and never keeps a command for later; it is not connected yet. */
export async function createRedisClient({
  redis,
  cluster,
  timeoutMs,
  onSentinelError,
}: RedisClientOptions): Promise<RedisClient> {
  // Only who uses Redis pays for loading its client.
  const { Cluster, Redis } = await import('ioredis');
  const shared = { lazyConnect: true, enableOfflineQueue: false, enableReadyCheck: false } as const;
  const options = {
    connectTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    // With RESP2 and without a name there is nothing to agree upon before the first command.
    protocol: 2,
    disableClientInfo: true,
  } as const;
  const single = { ...shared, ...options, retryStrategy: () => null };
  if (typeof redis !== 'string') {
    const client = new Redis({ ...single, ...toSentinelOptions(redis) });
    return client.on('sentinelError', onSentinelError);
  }
  if (!cluster) return new Redis(redis, single);
  return new Cluster([redis], {
    ...shared,
    redisOptions: options,
    slotsRefreshTimeout: timeoutMs,
    clusterRetryStrategy: () => null,
  });
}

function toSentinelOptions(place: RedisSentinels) {
  const { sentinels, name, username, password, sentinelUsername, sentinelPassword, database: db, tls } = place;
  return {
    name,
    db,
    // One that does not answer takes all the time there is: each attempt begins with another one.
    sentinels: sentinels.map(toAddress).toSorted(() => Math.random() - 0.5),
    sentinelRetryStrategy: () => null,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
  };
}

function toAddress(text: string): SentinelAddress {
  const { hostname, port } = new URL(`redis://${text}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? sentinelPort : Number(port) };
}
