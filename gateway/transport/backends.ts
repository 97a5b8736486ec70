import type { SubgraphTraffic } from '../config/subgraph-traffic.ts';
import { type Backend, type BackendTelemetry, type BackendTraffic, createBackend } from './backend.ts';
import type { GroupCall } from './endpoints/endpoints.ts';
import type { ServiceKind } from './endpoints/probe.ts';
import { type ConnectionSettings, Pools } from './pools.ts';
import { readTlsFiles } from './tls-files.ts';

export interface BackendsOptions {
  readonly telemetry: BackendTelemetry;
  /** In milliseconds, never going back. Default: `performance.now`. */
  readonly now?: () => number;
  /** From 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** Which subgraph is meant. */
export interface BackendSubject {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly url: URL;
}

/** A backend as long as it is needed. */
export interface BackendLease {
  readonly backend: Backend;
  readonly release: () => void;
}

/** The share of each group of endpoints of a subgraph; `undefined` where the configuration has to say. */
export type WeightsOf = (subgraph: string) => ReadonlyMap<string, number> | undefined;

/** A hold on how calls are shared among groups. */
export interface Steering {
  /** Has the shares of all subgraphs asked for anew. */
  readonly changed: () => void;
  /** Lets go of it. */
  readonly end: () => void;
}

interface Observer {
  readonly subgraph: string;
  readonly listener: (call: GroupCall) => void;
  /** Ends it at each backend. */
  readonly stops: Set<() => void>;
}

interface LeasedBackend {
  readonly backend: Backend;
  leases: number;
}

/**
 * The subgraphs of a process, each as it does: whoever needs the same one shares it, so that a new supergraph forgets nothing and
 * connects to nothing anew. What nobody needs any longer is closed.
 */
export class Backends {
  readonly #telemetry: BackendTelemetry;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #pools: Pools;
  readonly #backends = new Map<string, LeasedBackend>();
  #steerings: readonly WeightsOf[] = [];
  readonly #observers = new Set<Observer>();

  constructor({ telemetry, now = () => performance.now(), random = Math.random }: BackendsOptions) {
    this.#telemetry = telemetry;
    this.#now = now;
    this.#random = random;
    this.#pools = new Pools(telemetry.log);
  }

  /**
   * The backend of a subgraph that is called in this way.
   * @throws Error with a sentence for the operator when its connections cannot be made so
   */
  lease(subject: BackendSubject, traffic: SubgraphTraffic): BackendLease {
    const learned = toBackendTraffic(traffic);
    const connection = toConnectionSettings(traffic);
    const { name, kind, url } = subject;
    const key = JSON.stringify([name, kind, url, learned, connection]);
    const leased = this.#backends.get(key) ?? { backend: this.#create(subject, learned, connection), leases: 0 };
    this.#backends.set(key, leased);
    leased.leases += 1;
    let isReleased = false;
    return {
      backend: leased.backend,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        leased.leases -= 1;
        if (leased.leases > 0) return;
        this.#backends.delete(key);
        leased.backend.close();
      },
    };
  }

  /** The backends of a subgraph: one, or as long as settings change several. */
  of(subgraph: string): readonly Backend[] {
    return [...this.#backends.values()]
      .map(({ backend }) => backend)
      .filter((backend) => backend.subgraph === subgraph);
  }

  /**
   * Has `weightsOf` say how calls are shared among groups of endpoints, also of backends that come later. While one configuration gives
   * way to the next there may be two who do: the later one counts.
   */
  steer(weightsOf: WeightsOf): Steering {
    const changed = () => {
      for (const { backend } of this.#backends.values()) this.#share(backend);
    };
    this.#steerings = [...this.#steerings, weightsOf];
    changed();
    return {
      changed,
      end: () => {
        this.#steerings = this.#steerings.filter((one) => one !== weightsOf);
        changed();
      },
    };
  }

  /** Tells of each call of a subgraph that ends, also of backends that come later, until what is returned is called. */
  observe(subgraph: string, listener: (call: GroupCall) => void): () => void {
    const observer: Observer = { subgraph, listener, stops: new Set() };
    this.#observers.add(observer);
    for (const backend of this.of(subgraph)) observeAt(backend, observer);
    return () => {
      this.#observers.delete(observer);
      for (const stop of observer.stops) stop();
    };
  }

  /** Resolves when where endpoints come from was looked at once, whatever came of it, for all subgraphs that there are. */
  async looked(): Promise<void> {
    await Promise.all(Array.from(this.#backends.values(), ({ backend }) => backend.endpoints.looked));
  }

  #share(backend: Backend): void {
    backend.endpoints.groups.setWeights(this.#steerings.at(-1)?.(backend.subgraph));
  }

  /** Resolves when the connections of all that was given back are closed, which is when their calls have ended. */
  async settled(): Promise<void> {
    await this.#pools.settled();
  }

  #create({ name, kind, url }: BackendSubject, traffic: BackendTraffic, connection: ConnectionSettings): Backend {
    // Before there is anything that would have to be closed.
    if (connection.tls !== undefined) readTlsFiles(connection.tls);
    const backend = createBackend({
      subgraph: name,
      kind,
      url,
      traffic,
      connect: (target, address) => this.#pools.connect(target, address, connection),
      // Other settings do not move anything: until the sources are asked anew, endpoints are where they were.
      known: new Map(this.of(name).flatMap(({ endpoints }) => [...endpoints.found])),
      telemetry: this.#telemetry,
      now: this.#now,
      random: this.#random,
    });
    this.#share(backend);
    for (const observer of this.#observers) if (observer.subgraph === name) observeAt(backend, observer);
    return backend;
  }
}

function observeAt({ endpoints }: Backend, { listener, stops }: Observer): void {
  stops.add(endpoints.groups.observe(listener));
}

function toBackendTraffic(traffic: SubgraphTraffic): BackendTraffic {
  const { retries, hedging, breaker, maxConcurrency, maxQueued, adaptiveConcurrency, rate, maxStreams, endpoints } =
    traffic;
  return { retries, hedging, breaker, maxConcurrency, maxQueued, adaptiveConcurrency, rate, maxStreams, endpoints };
}

function toConnectionSettings(traffic: SubgraphTraffic): ConnectionSettings {
  const { connections, connectTimeout, http2, tls, proxy, timeout } = traffic;
  return { connections, connectTimeout, http2, tls, proxy, ...(http2 && { timeout }) };
}
