import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../schema/supergraph/problem.ts';
import type { Config } from './config/config.ts';
import { createAdminHandler } from './http/admin.ts';
import { createHandler } from './http/handler.ts';
import { type Listener, listen } from './http/listen.ts';
import { LoadGuard } from './http/load-guard.ts';
import type { Streams } from './pipeline.ts';
import { SharedLimits } from './policy/rate-limit/shared-limits.ts';
import type { UsagePage } from './policy/rate-limit/usage.ts';
import { recordShapes } from './record-shapes.ts';
import type { Gateway } from './server.ts';
import { createServing, type Serving } from './serving.ts';
import { RecordTable } from './store/record-table.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

const defaultAdminPort = 9464;

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
}

/** A running gateway: its ports, and what answers behind them. */
export class Runtime {
  readonly #telemetry: Telemetry;
  readonly #wait: boolean;
  readonly #streams: Streams = new Set();
  /** What operators said must not be forgotten for a new configuration. */
  readonly #memory = new RecordTable(Date.now);
  /** Nor is what was counted for limits, nor what is in flight. */
  readonly #limits = new SharedLimits();
  readonly #load: LoadGuard;
  /** The first configuration's, until it is at work. */
  #starting: Serving | undefined;
  #shift: Shift | undefined;
  #listener: Listener | undefined;
  #admin: Listener | undefined;
  #draining = false;

  constructor({ telemetry, wait }: RuntimeOptions) {
    this.#telemetry = telemetry;
    this.#wait = wait;
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
  async refresh(): Promise<void> {
    await this.#shift?.serving.refresh();
  }

  /** Puts another configuration to work without dropping a request; on any problem the one at work stays. */
  async reload(config: Config): Promise<void> {
    const former = this.#shift;
    if (former === undefined || this.#draining) return;
    const { log } = this.#telemetry;
    const serving = this.#createServing(config);
    const outcome = await serving.refresh();
    if (outcome.kind === 'failed') {
      await serving.stop();
      log.error('The new configuration cannot be served; the running one stays.', { problems: outcome.problems });
      return;
    }
    try {
      await this.#move(former.serving.config, config);
    } catch (error) {
      await serving.stop();
      log.error('The new address cannot be opened; the running configuration stays.', { error });
      return;
    }
    this.#shift = this.#createShift(serving);
    await former.serving.stop();
    log.info('A new configuration is served.', { url: this.url });
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
      limits: this.#limits,
      load: this.#load,
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

  /** Opens the new address before the old one is given up. Other settings of a port that stays need a restart. */
  async #move(from: Config, to: Config): Promise<void> {
    if (from.listen.host !== to.listen.host || from.listen.port !== to.listen.port) {
      const former = this.#listener;
      this.#listener = await this.#listen(to);
      void former?.drain(from.listen.drainTimeout);
    } else if (!isDeepStrictEqual(omitApplied(from), omitApplied(to)) || !isDeepStrictEqual(from.admin, to.admin)) {
      this.#telemetry.log.warn('Changes of timeouts and sizes in "listen", and of "admin", need a restart.');
    }
    if (!isDeepStrictEqual(from.telemetry, to.telemetry)) {
      this.#telemetry.log.warn('Changes of "telemetry" need a restart.');
    }
  }

  async #readUsage(cursor: string, client: string | undefined): Promise<UsagePage> {
    const gateway = this.#shift?.serving.gateway;
    if (gateway === undefined) throw new Error('The gateway is starting. Try again in a second.');
    return await gateway.readUsage(cursor, client);
  }

  /** The default admin port is a convenience: a second gateway on the machine must not fail for it. */
  async #openAdmin(config: Config): Promise<Listener | undefined> {
    if (!config.admin.enabled) return undefined;
    const { log, metricsText } = this.#telemetry;
    const handle = createAdminHandler({
      metricsText,
      notReady: () => this.#notReady(this.#shift?.serving.gateway),
      readUsage: (cursor, client) => this.#readUsage(cursor, client),
      jwks: () => this.#shift?.serving.gateway.jwks(),
      control: {
        access: config.admin,
        store: () => this.#shift?.serving.gateway.records,
        shapes: recordShapes,
        now: Date.now,
        log,
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
}

/** What of `listen` a reload does not apply. */
function omitApplied({ listen }: Config) {
  const { path, allow, deny, maxConcurrency, maxEventLoopDelay, maxStreams, hotLane, ...rest } = listen;
  return rest;
}
