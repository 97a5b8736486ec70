import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../schema/supergraph/problem.ts';
import { openAdminPort } from './admin-port.ts';
import type { Config } from './config/config.ts';
import { createHandler } from './http/handler.ts';
import { type Listener, listen } from './http/listen.ts';
import { LoadGuard } from './http/load-guard.ts';
import type { Streams } from './pipeline.ts';
import { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import type { Gateway } from './server.ts';
import { createServing, type Serving } from './serving.ts';
import type { RecordStore } from './store/record-store.ts';
import { RecordTable } from './store/record-table.ts';
import type { SourceOutcome, SupergraphSource } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { warnOfRestart } from './warn-of-restart.ts';

/** A configuration at work behind the ports; a reload replaces it as a whole. */
interface Shift {
  readonly serving: Serving;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
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
}

/** A running gateway: its ports, and what answers behind them. */
export class Runtime {
  readonly #telemetry: Telemetry;
  readonly #wait: boolean;
  readonly #streams: Streams = new Set();
  /** What operators said must not be forgotten for a new configuration. */
  readonly #memory = new RecordTable(Date.now);
  /** Nor is what was counted for limits, nor what is in flight. */
  readonly #limits: SharedLimits;
  readonly #shared: SharedParts | undefined;
  readonly #sourceOf: RuntimeOptions['sourceOf'];
  readonly #load: LoadGuard;
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
    this.#shared = shared;
    this.#sourceOf = sourceOf;
    this.#load = new LoadGuard(telemetry.requestShed);
    telemetry.watchLoad(() => this.#load);
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
    await former.serving.stop();
    this.#telemetry.log.info('A new configuration is served.', { url: this.url });
    return { kind: 'started' };
  }

  /** Stops accepting, lets what is in flight end, closes everything. */
  async stop(): Promise<void> {
    this.#draining = true;
    for (const stream of this.#streams) void stream.return?.();
    const serving = this.#shift?.serving ?? this.#starting;
    await this.#closePorts(serving?.config.listen.drainTimeout ?? 0);
    await serving?.stop();
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
      records: this.#shared?.recordsOf(config),
      limits: this.#limits,
      load: this.#load,
      source: this.#sourceOf(config, this.#telemetry),
    });
  }

  #createShift(serving: Serving): Shift {
    const { config, gateway } = serving;
    const handle = createHandler({
      config,
      answer: gateway.answer,
      addressOf: gateway.addressOf,
      onRefused: gateway.noteRefusal,
      notReady: () => this.#notReady(gateway),
      jwks: config.identity.onward?.publicJwks === true ? gateway.jwks : undefined,
      log: this.#telemetry.log,
      load: this.#load,
    });
    return { serving, handle };
  }

  #notReady(gateway: Gateway | undefined): string | undefined {
    if (this.#draining) return 'draining';
    return gateway?.isReady() === true ? undefined : 'no supergraph yet';
  }

  #listen(config: Config): Promise<Listener> {
    const handle = (request: IncomingMessage, response: ServerResponse) => this.#shift?.handle(request, response);
    return listen({ config: config.listen, handle, log: this.#telemetry.log });
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
    const { log, metricsText } = this.#telemetry;
    const gateway = () => this.#shift?.serving.gateway;
    const subject = {
      metricsText,
      notReady: () => this.#notReady(gateway()),
      jwks: () => gateway()?.jwks(),
      records: () => gateway()?.records,
      readUsage: (cursor: string, client: string | undefined) => gateway()?.readUsage(cursor, client),
    };
    return openAdminPort(config, subject, log);
  }
}
