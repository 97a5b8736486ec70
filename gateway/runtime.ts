import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveLook } from '../console/live.ts';
import type { Problem } from '../schema/supergraph/problem.ts';
import { type AdminSubject, openAdminPort } from './admin-port.ts';
import { StepTally } from './anomalies/step-tally.ts';
import { SharedCaches } from './cache/store/shared-caches.ts';
import type { GroupFigures } from './canary/group-tally.ts';
import type { Config } from './config/config.ts';
import { createHandler } from './http/handler.ts';
import { type Listener, listen, type Upgrade } from './http/listen.ts';
import { LoadGuard } from './http/load-guard.ts';
import type { SocketHost } from './http/web-socket/socket-host.ts';
import { createUpgradeHandler } from './http/web-socket/upgrade.ts';
import { type IdempotencyMemory, MemoryIdempotencyStore } from './idempotency/memory-idempotency-store.ts';
import { Lookout } from './lookout.ts';
import type { Streams } from './pipeline.ts';
import { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import type { Gateway } from './server.ts';
import { createServing, type Serving } from './serving.ts';
import type { RecordStore } from './store/record-store.ts';
import { RecordTable } from './store/record-table.ts';
import type { SourceOutcome, SupergraphSource } from './supergraph/sources/source.ts';
import { takeProfile } from './telemetry/take-profile.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { Backends } from './transport/backends.ts';
import { Meter } from './usage/meter.ts';
import { warnOfRestart } from './warn-of-restart.ts';

/** A configuration at work behind the ports; a reload replaces it as a whole. */
interface Shift {
  readonly serving: Serving;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly upgrade: (upgrade: Upgrade) => void;
}

export type StartOutcome =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

/** Told to stop before there was anything to stop. */
const stoppedEarly: StartOutcome = { kind: 'failed', problems: [] };

export interface RuntimeOptions {
  readonly telemetry: Telemetry;
  /** Whether to listen before there is a supergraph, and to try until there is one. */
  readonly wait: boolean;
  /** Gives supergraphs to a configuration. */
  readonly sourceOf: (config: Config, telemetry: Telemetry) => SupergraphSource;
  /** What is counted and said at run time, where other processes of the gateway know it as well. Default: this is the only one. */
  readonly shared?: SharedParts | undefined;
}

/** What the processes of one gateway share; one of them says what there is to say of a change of the configuration. */
export interface SharedParts {
  /** What operators said, for a configuration. */
  readonly recordsOf: (config: Config) => RecordStore;
  readonly limits: SharedLimits;
  readonly caches: SharedCaches;
  readonly idempotency: IdempotencyMemory;
  readonly onGroupFigures: (figures: readonly GroupFigures[]) => void;
}

/** A running gateway: its ports, and what answers behind them. */
export class Runtime {
  readonly #telemetry: Telemetry;
  readonly #wait: boolean;
  readonly #streams: Streams = new Set();
  /** What operators said must not be forgotten for a new configuration. */
  readonly #memory = new RecordTable(Date.now);
  /** Nor must what became of mutations. */
  readonly #idempotencyMemory = new MemoryIdempotencyStore({ now: () => performance.now() });
  /** Nor is what was counted for limits, nor what is in flight. */
  readonly #limits: SharedLimits;
  /** Nor what was answered. */
  readonly #caches: SharedCaches;
  readonly #shared: SharedParts | undefined;
  readonly #sourceOf: RuntimeOptions['sourceOf'];
  readonly #load: LoadGuard;
  /** Nor what was learned of subgraphs. */
  readonly #backends: Backends;
  /** Nor what requests have come to. */
  readonly meter = new Meter(Date.now);
  /** What was counted since it was looked last whether that is as usual. */
  readonly stepTally = new StepTally();
  /** Nor is what fires, nor what was learned; `undefined` where another process looks at all of them. */
  readonly #lookout: Lookout | undefined;
  /** The first configuration's, until it is at work. */
  #starting: Serving | undefined;
  #shift: Shift | undefined;
  #listener: Listener | undefined;
  #admin: Listener | undefined;
  #draining = false;

  constructor({ telemetry, wait, sourceOf, shared }: RuntimeOptions) {
    this.#telemetry = telemetry;
    this.#wait = wait;
    this.#limits = shared?.limits ?? new SharedLimits();
    this.#caches = shared?.caches ?? new SharedCaches();
    this.#shared = shared;
    this.#sourceOf = sourceOf;
    this.#load = new LoadGuard(telemetry.requestShed);
    this.#backends = new Backends({ telemetry });
    telemetry.watchLoad(() => this.#load);
    if (shared !== undefined) return;
    this.#lookout = new Lookout({
      telemetry,
      readFamilies: async (names) => [{ process: '', families: telemetry.metricFamilies(names) }],
      takeStep: async (atMs) => this.stepTally.take(atMs),
      records: () => this.#shift?.serving.gateway.records,
    });
  }

  /** Where clients connect, once started. */
  get url(): string {
    return `${this.#listener?.url ?? ''}${this.#shift?.serving.config.listen.path ?? ''}`;
  }

  /** Where operators connect; `undefined` without an admin port. */
  get adminUrl(): string | undefined {
    return this.#admin?.url;
  }

  /** Files whose change means another supergraph. */
  get schemaFiles(): readonly string[] {
    return this.#shift?.serving.schemaFiles ?? [];
  }

  /** Tells of an operation that clients sent. */
  lookAt(hash: string): LiveLook | undefined {
    return this.#shift?.serving.gateway.lookAt(hash);
  }

  /**
   * Puts a configuration to work and opens the ports.
   * @throws Error with a sentence for the operator when a port cannot be opened
   */
  async start(config: Config): Promise<StartOutcome> {
    const serving = this.#createServing(config);
    this.#starting = serving;
    if (!this.#wait) {
      const outcome = await serving.refresh();
      if (outcome.kind === 'failed') return outcome;
    }
    if (this.#draining) return stoppedEarly;
    this.#shift = this.#createShift(serving);
    await this.#lookout?.use(config);
    this.#listener = await this.#listen(config);
    this.#admin = await this.#openAdmin(config);
    if (this.#draining) {
      await this.#closePorts(0);
      return stoppedEarly;
    }
    const outcome = this.#wait ? await serving.waitForFirst() : undefined;
    return outcome?.kind === 'failed' ? outcome : { kind: 'started' };
  }

  /** Reads the supergraph anew. */
  async refresh(): Promise<SourceOutcome | undefined> {
    return await this.#shift?.serving.refresh();
  }

  /**
   * Puts another configuration to work without dropping a request; on any problem the one at work stays.
   * @throws Error with a sentence for the operator when the new address cannot be opened
   */
  async reload(config: Config): Promise<StartOutcome> {
    const former = this.#shift;
    if (former === undefined || this.#draining) return stoppedEarly;
    const serving = this.#createServing(config);
    try {
      const outcome = await serving.refresh();
      if (outcome.kind === 'failed') {
        await serving.stop();
        return outcome;
      }
      await this.#move(former.serving.config, config);
    } catch (error) {
      await serving.stop();
      throw error;
    }
    this.#shift = this.#createShift(serving);
    await this.#lookout?.use(config);
    await former.serving.stop();
    this.#telemetry.log.info('A new configuration is served.', { url: this.url });
    return { kind: 'started' };
  }

  /** Stops accepting, lets what is in flight end, closes everything. */
  async stop(): Promise<void> {
    this.#draining = true;
    const serving = this.#shift?.serving ?? this.#starting;
    // WebSockets first: their streams are to end without a word.
    const closed = this.#closePorts(serving?.config.listen.drainTimeout ?? 0);
    for (const stream of this.#streams) void stream.return?.();
    await closed;
    await this.#lookout?.close();
    await serving?.end();
  }

  async #closePorts(deadlineMs: number): Promise<void> {
    const drained = await this.#listener?.drain(deadlineMs);
    if (drained !== undefined && drained.aborted > 0) this.#telemetry.log.warn('Requests were cut off.', drained);
    await this.#admin?.drain(0);
  }

  #createServing(config: Config): Serving {
    return createServing({
      config,
      telemetry: this.#telemetry,
      streams: this.#streams,
      memory: this.#memory,
      idempotencyMemory: this.#shared?.idempotency ?? this.#idempotencyMemory,
      records: this.#shared?.recordsOf(config),
      limits: this.#limits,
      caches: this.#caches,
      load: this.#load,
      backends: this.#backends,
      meter: this.meter,
      onRequestEnded: config.anomalies.enabled ? (facts) => this.stepTally.add(facts) : undefined,
      onGroupFigures: this.#shared?.onGroupFigures,
      source: this.#sourceOf(config, this.#telemetry),
    });
  }

  #createShift(serving: Serving): Shift {
    const { config, gateway } = serving;
    const handle = createHandler({
      ...gateway,
      config,
      onRefused: gateway.noteRefusal,
      notReady: () => this.#notReady(gateway),
      jwks: config.identity.onward?.publicJwks === true ? gateway.jwks : undefined,
      log: this.#telemetry.log,
      load: this.#load,
    });
    const upgrade = createUpgradeHandler({
      config,
      addressOf: gateway.addressOf,
      host: () => this.#socketHost(),
      load: this.#load,
      log: this.#telemetry.log,
      onRefused: gateway.noteRefusal,
    });
    return { serving, handle, upgrade };
  }

  /** What answers on sockets that are open, however long ago they were opened. */
  #socketHost(): SocketHost | undefined {
    if (this.#shift === undefined) return undefined;
    const { config, gateway } = this.#shift.serving;
    return config.webSocket.enabled ? { config, lane: gateway.socketLane } : undefined;
  }

  #notReady(gateway: Gateway | undefined): string | undefined {
    if (this.#draining) return 'draining';
    return gateway?.isReady() === true ? undefined : 'no supergraph yet';
  }

  #listen(config: Config): Promise<Listener> {
    const handle = (request: IncomingMessage, response: ServerResponse) => this.#shift?.handle(request, response);
    const upgrade = (asked: Upgrade) => this.#shift?.upgrade(asked);
    return listen({ config: config.listen, handle, upgrade, log: this.#telemetry.log });
  }

  /** Opens the new address before the old one is given up. */
  async #move(from: Config, to: Config): Promise<void> {
    if (from.listen.host !== to.listen.host || from.listen.port !== to.listen.port) {
      const former = this.#listener;
      this.#listener = await this.#listen(to);
      void former?.drain(from.listen.drainTimeout);
    }
    if (this.#shared === undefined) warnOfRestart(from, to, this.#telemetry.log);
  }

  #openAdmin(config: Config): Promise<Listener | undefined> {
    const { audit, log, metricsText, metricFamilies, traffic, recentRefusals } = this.#telemetry;
    const gateway = () => this.#shift?.serving.gateway;
    const subject: AdminSubject = {
      ...{ audit, metricsText },
      notReady: () => this.#notReady(gateway()),
      jwks: () => gateway()?.jwks(),
      records: () => gateway()?.records,
      readUsage: (cursor, client) => gateway()?.readUsage(cursor, client),
      supergraph: () => gateway()?.supergraph(),
      cacheReports: async () => this.#caches.report(),
      purge: (tags) => this.#caches.invalidate(tags),
      canaries: () => gateway()?.canaries,
      families: async (names) => [{ process: '1', families: metricFamilies(names) }],
      refusals: async () => [recentRefusals()],
      lookAt: async (hash) => this.lookAt(hash),
      profile: takeProfile,
      readRecentUsage: async () => this.meter.recent(),
      readTraffic: async (windowMs) => traffic.snapshot(windowMs),
      timelineOf: async (named, windowMs) => traffic.timelineOf(named, windowMs),
      lookout: this.#lookout,
    };
    return openAdminPort(config, subject, log);
  }
}
