import { holdsCredentials } from '../schema/supergraph/holds-credentials.ts';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import type { Edge } from './edge.ts';
import { EngineLoader } from './engine-loader.ts';
import type { HeavyLoad } from './execute/heavy-runs.ts';
import { createGeneration, type Generation } from './generation.ts';
import { within } from './lib/within.ts';
import type { UsedOperation } from './operation/operation-cache.ts';
import { Rollout } from './supergraph/rollout.ts';
import type { CanaryRelease, Release } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Backends } from './transport/backends.ts';
import type { Meter } from './usage/meter.ts';
import { createUsage, type Usage } from './usage/usage.ts';
import { warmUp, warmUpMost } from './warm-up.ts';

const credentialsNotSent =
  'The URL of a subgraph holds credentials, which are not sent. Send them as a header, by a rule of headers.toSubgraphs.';

/** How long a generation waits at most for the first answers of where endpoints are looked up. */
const lookMostMs = 2_000;

export interface GenerationsOptions {
  readonly config: Config;
  readonly edge: Edge;
  readonly telemetry: Telemetry;
  readonly backends: Backends;
  /** Counts heavy runs. */
  readonly heavyLoad: HeavyLoad;
  /** Counts what requests come to. */
  readonly meter: Meter;
}

/** The generations of a gateway: each is built and warmed up beside the one before, and then takes its place. */
export class Generations {
  /** What requests run on. */
  readonly rollout: Rollout<Generation>;
  readonly #options: GenerationsOptions;
  readonly #engines: EngineLoader;
  readonly #usage: Usage | undefined;
  /** The version of the stable supergraph, where a registry counts them. */
  #version: number | undefined;
  #isClosed = false;

  constructor(options: GenerationsOptions) {
    const { config, telemetry, meter } = options;
    this.#options = options;
    this.#engines = new EngineLoader(config);
    this.#usage = createUsage(config, telemetry, meter);
    this.rollout = new Rollout((error) => telemetry.log.warn('A generation did not close cleanly.', { error }));
  }

  /** Has to be called before the first one. */
  async open(): Promise<void> {
    await this.#engines.load();
  }

  /** @throws Error when the supergraph cannot be run; the former one stays */
  async use(supergraph: Supergraph, release: Release | undefined): Promise<void> {
    const { rollout } = this;
    const { version, canary } = release ?? {};
    const isPromoted = rollout.tried !== undefined && rollout.tried === version;
    // What is taken back is to be gone before anything else takes its time.
    if (rollout.tried !== canary?.version && !isPromoted) this.#takeBack();
    const isAtWork = version !== undefined && version === this.#version;
    const isSame = isAtWork && rollout.stable?.supergraph.fingerprint === supergraph.fingerprint;
    if (isPromoted) {
      rollout.promote();
      this.#options.telemetry.trialChanged('promoted', 0);
    } else if (!isSame) {
      const next = await this.#build(supergraph, release);
      if (next === undefined) return;
      void rollout.swap(next);
    }
    this.#version = version;
    if (!isSame) this.#options.telemetry.supergraphSwapped(supergraph.fingerprint, supergraph.subgraphs.length);
    if (canary !== undefined) await this.#try(canary, release?.warmUp ?? []);
    this.#usage?.tellEvery(canary?.reportMs);
  }

  #takeBack(): void {
    if (this.rollout.tried === undefined) return;
    void this.rollout.abort();
    this.#options.telemetry.trialChanged('taken_back', 0);
  }

  /** Gives a share of the clients another version; when that cannot be run, nobody has it. */
  async #try({ version, supergraph, percent }: CanaryRelease, warmUp: readonly string[]): Promise<void> {
    const { rollout } = this;
    const { log, trialChanged } = this.#options.telemetry;
    if (rollout.tried === version) {
      rollout.share(percent);
      trialChanged('shared', percent);
      return;
    }
    try {
      const next = await this.#build(supergraph, { version, warmUp });
      if (next === undefined) return;
      rollout.try(version, next, percent);
      trialChanged('started', percent);
    } catch (error) {
      trialChanged('failed', 0);
      log.error('The canary cannot be run; no client has it.', { version, error });
    }
  }

  /** Builds a generation and warms it up; `undefined` when everything was closed meanwhile. */
  async #build(supergraph: Supergraph, release: Release | undefined): Promise<Generation | undefined> {
    const { config, edge, telemetry, backends, heavyLoad } = this.#options;
    const parts = { ...edge, config, telemetry, backends, heavyLoad, engines: this.#engines, usage: this.#usage };
    for (const { name, url } of supergraph.subgraphs) {
      if (holdsCredentials(url)) telemetry.log.warn(credentialsNotSent, { subgraph: name });
    }
    const next = createGeneration(supergraph, release, parts);
    const own = this.rollout.stable?.mostUsed(warmUpMost) ?? [];
    const recorded = (release?.warmUp ?? []).map((text): UsedOperation => ({ text, name: undefined, uses: 0 }));
    await warmUp([...own, ...recorded], next.prepare);
    // The first requests would go where no endpoint is; but what is silent holds up nothing.
    await within(backends.looked(), lookMostMs, 'Endpoints are still looked up.').catch(() => {});
    if (!this.#isClosed) return next;
    await next.close();
    return undefined;
  }

  /** Lets requests in flight end, and tells of what was used. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.rollout.abort(), this.rollout.swap(undefined)]);
    await this.#usage?.close();
  }
}
