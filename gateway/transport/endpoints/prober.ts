import type { HealthConfig } from '../../config/endpoints.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { Probe } from './probe.ts';

export interface ProberOptions {
  readonly health: Pick<HealthConfig, 'every' | 'healthy' | 'unhealthy'>;
  readonly probe: Probe;
  readonly random: () => number;
  readonly onProbed: (isGood: boolean) => void;
  /** Called when enough probes in a row say so. */
  readonly onChange: (endpoint: EndpointState, isHealthy: boolean, error: unknown) => void;
}

/** Probes every endpoint from time to time. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #watched = new Map<EndpointState, { timer: NodeJS.Timeout | undefined; inRow: number }>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Probes these and no others; those that are new at once. */
  watch(endpoints: readonly EndpointState[]): void {
    const wanted = new Set(endpoints);
    for (const [endpoint, { timer }] of this.#watched) {
      if (wanted.has(endpoint)) continue;
      clearTimeout(timer);
      this.#watched.delete(endpoint);
    }
    for (const endpoint of endpoints) {
      if (this.#watched.has(endpoint)) continue;
      this.#watched.set(endpoint, { timer: undefined, inRow: 0 });
      void this.#probe(endpoint);
    }
  }

  async #probe(endpoint: EndpointState): Promise<void> {
    const { every, healthy, unhealthy } = this.#options.health;
    let error: unknown;
    try {
      await this.#options.probe(endpoint);
    } catch (caught) {
      error = caught;
    }
    const watched = this.#watched.get(endpoint);
    if (watched === undefined) return;
    const isGood = error === undefined;
    this.#options.onProbed(isGood);
    // Those that say what is known already count for nothing.
    watched.inRow = isGood === endpoint.isHealthy ? 0 : watched.inRow + 1;
    if (watched.inRow >= (isGood ? healthy : unhealthy)) {
      watched.inRow = 0;
      this.#options.onChange(endpoint, isGood, error);
    }
    // Gateways that were started together do not probe together for ever.
    const pauseMs = every * (0.9 + this.#options.random() / 5);
    watched.timer = setTimeout(() => void this.#probe(endpoint), pauseMs).unref();
  }
}
