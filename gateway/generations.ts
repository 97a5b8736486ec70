import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import type { Config } from './config/config.ts';
import type { Edge } from './edge.ts';
import { EngineLoader } from './engine-loader.ts';
import { createGeneration, type Generation } from './generation.ts';
import type { UsedOperation } from './operation/operation-cache.ts';
import { Current } from './supergraph/current.ts';
import type { Release } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { createUsage, type Usage } from './usage/usage.ts';
import { warmUp, warmUpMost } from './warm-up.ts';

export interface GenerationsOptions {
  readonly config: Config;
  readonly edge: Edge;
  readonly telemetry: Telemetry;
}

/** The generations of a gateway: each is built and warmed up beside the one before, and then takes its place. */
export class Generations {
  /** What requests run on. */
  readonly current: Current<Generation>;
  readonly #options: GenerationsOptions;
  readonly #engines: EngineLoader;
  readonly #usage: Usage | undefined;
  #isClosed = false;

  constructor(options: GenerationsOptions) {
    const { config, telemetry } = options;
    this.#options = options;
    this.#engines = new EngineLoader(config);
    this.#usage = createUsage(config, telemetry);
    this.current = new Current((error) => telemetry.log.warn('A generation did not close cleanly.', { error }));
  }

  /** Has to be called before the first one. */
  async open(): Promise<void> {
    await this.#engines.load();
  }

  /** @throws Error when the supergraph cannot be run; the former one stays */
  async use(supergraph: Supergraph, release: Release | undefined): Promise<void> {
    const { config, edge, telemetry } = this.#options;
    const parts = { ...edge, config, telemetry, engines: this.#engines, usage: this.#usage };
    const next = createGeneration(supergraph, release, parts);
    const own = this.current.contents?.mostUsed(warmUpMost) ?? [];
    const recorded = (release?.warmUp ?? []).map((text): UsedOperation => ({ text, name: undefined, uses: 0 }));
    await warmUp([...own, ...recorded], next.prepare);
    if (this.#isClosed) {
      await next.close();
      return;
    }
    void this.current.swap(next);
    telemetry.supergraphSwapped(supergraph.fingerprint, supergraph.subgraphs.length);
  }

  /** Lets requests in flight end, and tells of what was used. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.current.swap(undefined);
    await this.#usage?.close();
  }
}
