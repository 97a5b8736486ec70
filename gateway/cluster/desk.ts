import { SharedCaches } from '../cache/store/shared-caches.ts';
import type { GroupFigures } from '../canary/group-tally.ts';
import { type Config, configSchema } from '../config/config.ts';
import { adoptProcessKey } from '../identity/onward/process-key.ts';
import { SharedLimits } from '../policy/rate-limit/shared-limits.ts';
import { Runtime } from '../runtime.ts';
import { recordKinds } from '../store/record-store.ts';
import type { LogOutput } from '../telemetry/create-logger.ts';
import { createTelemetry } from '../telemetry/create-telemetry.ts';
import type { MetricsFormat } from '../telemetry/metrics/prometheus-text.ts';
import { takeProfile } from '../telemetry/take-profile.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { CountChannel } from './count-channel.ts';
import type {
  ProfileOutcome,
  ServedOutcome,
  ServeMessage,
  SupergraphMessage,
  ToPrimary,
  ToWorker,
} from './messages.ts';
import { PushedRecords } from './pushed-records.ts';
import { PushedSource } from './pushed-source.ts';
import { RemoteConcurrency } from './remote-concurrency.ts';
import { RemoteKeys } from './remote-keys.ts';
import { RemoteLimitStore } from './remote-limit-store.ts';

/** What the primary tells for one configuration. */
interface Feed {
  readonly source: PushedSource;
  readonly records: PushedRecords;
}

/** The gateway of one worker: does what the primary says. */
export class Desk {
  /** Resolves when the first configuration could not be put to work. */
  readonly failed: Promise<void>;
  #fail = () => {};
  readonly #output: LogOutput;
  readonly #send: (message: ToPrimary) => void;
  readonly #channel: CountChannel;
  readonly #caches: SharedCaches;
  /** By number of the configuration: that at work, and those that wait for their turn. */
  readonly #feeds = new Map<number, Feed>();
  /** That of the configuration that was put to work last, or is now. */
  #feed: Feed | undefined;
  #telemetry: Telemetry | undefined;
  #runtime: Runtime | undefined;
  /** Configurations and supergraphs are put to work one after the other. */
  #last: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(output: LogOutput, send: (message: ToPrimary) => void) {
    this.#output = output;
    this.#send = send;
    this.#caches = new SharedCaches((tags) => send({ kind: 'invalid', tags }));
    this.#channel = new CountChannel({
      send: (asks) => send({ kind: 'count', asks }),
      onStalled: (isStalled) => this.#noteStalled(isStalled),
    });
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  receive(message: Exclude<ToWorker, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'serve': {
        const feed = openFeed(message);
        this.#feeds.set(message.post, feed);
        this.#inTurn(() => this.#serve(message, feed));
        return;
      }
      case 'supergraph':
        // At once: the first configuration may be waiting for it.
        this.#feeds.get(message.post)?.source.push(message);
        this.#inTurn(() => this.#take(message));
        return;
      case 'records':
        this.#feeds.get(message.post)?.records.push(message.of, message.records);
        return;
      case 'counted':
        this.#channel.receive(message.answers);
        return;
      case 'metrics':
        void this.#tellMetrics(message.turn, message.format);
        return;
      case 'purge':
        void this.#purge(message.turn, message.tags);
        return;
      case 'invalid':
        this.#caches.hear(message.tags);
        return;
      case 'caches':
        this.#send({ kind: 'caches', turn: message.turn, reports: this.#caches.report() });
        return;
      case 'traffic': {
        const { turn, windowMs } = message;
        this.#send({ kind: 'traffic', turn, snapshot: this.#telemetry?.traffic.snapshot(windowMs) });
        return;
      }
      case 'timeline': {
        const { turn, subject, windowMs } = message;
        this.#send({ kind: 'timeline', turn, timeline: this.#telemetry?.traffic.timelineOf(subject, windowMs) ?? [] });
        return;
      }
      case 'step':
        this.#send({ kind: 'step', turn: message.turn, step: this.#runtime?.stepTally.take(message.atMs) });
        return;
      case 'usage':
        this.#send({ kind: 'usage', turn: message.turn, recent: this.#runtime?.meter.recent() });
        return;
      case 'families': {
        const { turn, names } = message;
        this.#send({ kind: 'families', turn, families: this.#telemetry?.metricFamilies(names) ?? [] });
        return;
      }
      case 'refusals':
        this.#send({ kind: 'refusals', turn: message.turn, refusals: this.#telemetry?.recentRefusals() ?? [] });
        return;
      case 'look':
        this.#send({ kind: 'look', turn: message.turn, look: this.#runtime?.lookAt(message.hash) });
        return;
      case 'profile':
        void this.#profile(message);
        return;
      case 'ping':
        this.#send({ kind: 'pong' });
        return;
      default:
        message satisfies never;
    }
  }

  /** Lets what is in flight end. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#runtime?.stop();
    await this.#telemetry?.shutdown();
  }

  #inTurn(work: () => Promise<void>): void {
    this.#last = this.#last.then(work);
  }

  async #serve(message: ServeMessage, feed: Feed): Promise<void> {
    const isFirst = this.#runtime === undefined;
    const outcome = await this.#putToWork(message, feed).catch((error: unknown): ServedOutcome => {
      return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
    });
    const isAtWork = outcome.kind === 'started';
    // A feed is followed as long as the configuration before it may stay.
    for (const post of this.#feeds.keys()) {
      if (isAtWork ? post < message.post : post === message.post) this.#feeds.delete(post);
    }
    if (this.#closing) return;
    this.#send({ kind: 'served', turn: message.turn, outcome });
    if (isFirst && !isAtWork) this.#fail();
  }

  async #putToWork(message: ServeMessage, feed: Feed): Promise<ServedOutcome> {
    const { processKey, worker, workers, wait } = message;
    const config = toWorkersPart(configSchema.parse(message.values), message);
    if (processKey !== undefined) adoptProcessKey(processKey.algorithm, processKey.pem);
    this.#telemetry ??= await createTelemetry(config.telemetry, { output: this.#output, worker });
    if (this.#closing) return { kind: 'failed', problems: [] };
    this.#feed = feed;
    const former = this.#runtime;
    const runtime = former ?? this.#createRuntime(this.#telemetry, { workers, wait });
    this.#runtime = runtime;
    const outcome = await (former === undefined ? runtime.start(config) : runtime.reload(config));
    return outcome.kind === 'failed' ? outcome : { kind: 'started', url: runtime.url };
  }

  #createRuntime(telemetry: Telemetry, { workers, wait }: Pick<ServeMessage, 'workers' | 'wait'>): Runtime {
    const channel = this.#channel;
    const share = 1 / workers;
    const limits = new SharedLimits({
      storeOver: (local) => new RemoteLimitStore({ channel, local, share }),
      concurrency: new RemoteConcurrency(channel, share),
    });
    const onGroupFigures = (figures: readonly GroupFigures[]) => this.#send({ kind: 'groups', figures });
    return new Runtime({
      telemetry,
      wait,
      sourceOf: () => this.#feedNow().source,
      shared: {
        limits,
        caches: this.#caches,
        idempotency: new RemoteKeys(channel),
        recordsOf: () => this.#feedNow().records,
        onGroupFigures,
      },
    });
  }

  #feedNow(): Feed {
    if (this.#feed === undefined) throw new Error('No configuration was told.');
    return this.#feed;
  }

  /** The primary is told whether the supergraph is used, as others are to follow only then. */
  async #take({ post, turn }: SupergraphMessage): Promise<void> {
    const outcome = this.#feeds.has(post) ? await this.#runtime?.refresh() : undefined;
    const problems = outcome?.kind === 'failed' ? outcome.problems : [];
    if (turn !== undefined) this.#send({ kind: 'taken', turn, problems });
  }

  async #tellMetrics(turn: number, format: MetricsFormat): Promise<void> {
    this.#send({ kind: 'metrics', turn, text: await this.#telemetry?.metricsText(format) });
  }

  async #purge(turn: number, tags: readonly string[]): Promise<void> {
    this.#send({ kind: 'purged', turn, isTold: await this.#caches.invalidate(tags) });
  }

  async #profile({ turn, of, seconds }: Extract<ToWorker, { kind: 'profile' }>): Promise<void> {
    const outcome = await takeProfile(of, seconds).then(
      (text): ProfileOutcome => ({ kind: 'taken', text }),
      (error: unknown): ProfileOutcome => ({
        kind: 'refused',
        message: error instanceof Error ? error.message : String(error),
      }),
    );
    this.#send({ kind: 'profile', turn, outcome });
  }

  #noteStalled(isStalled: boolean): void {
    const log = this.#telemetry?.log;
    if (isStalled) log?.warn('Limits cannot be counted together; meanwhile each worker gives out its part of them.');
    else log?.info('Limits are counted together again.');
  }
}

function openFeed(message: ServeMessage): Feed {
  const feed = { source: new PushedSource(), records: new PushedRecords() };
  const { supergraph, release, records } = message;
  if (supergraph !== undefined) feed.source.push({ supergraph, release });
  for (const kind of recordKinds) if (records[kind] !== undefined) feed.records.push(kind, records[kind]);
  return feed;
}

/** The part of a configuration that a worker puts to work: the admin port is the primary's, and shares are divided. */
function toWorkersPart(config: Config, { workers, port }: Pick<ServeMessage, 'workers' | 'port'>): Config {
  const { listen, admin, rateLimit } = config;
  const { store } = rateLimit;
  return {
    ...config,
    listen: { ...listen, port },
    admin: { ...admin, enabled: false },
    rateLimit:
      store === 'memory' ? rateLimit : { ...rateLimit, store: { ...store, localShare: store.localShare / workers } },
  };
}
