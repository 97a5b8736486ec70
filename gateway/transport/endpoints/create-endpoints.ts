import type { EndpointsConfig } from '../../config/endpoints.ts';
import type { EndpointReporter, Telemetry } from '../../telemetry/telemetry.ts';
import { createBalancer } from './balance/create-balancer.ts';
import { Discovery, type FoundBySource, type KeyedSource } from './discovery.ts';
import { Ejection } from './ejection.ts';
import type { Connect, Endpoint } from './endpoint.ts';
import { EndpointPool } from './endpoint-pool.ts';
import { EndpointState } from './endpoint-state.ts';
import type { Endpoints } from './endpoints.ts';
import { Groups } from './groups.ts';
import { createProbe, type Probe, type ServiceKind } from './probe.ts';
import { Prober } from './prober.ts';
import { createRouter } from './router.ts';
import { Shadows } from './shadows.ts';
import { createSources } from './sources/create-sources.ts';
import type { EndpointSource, FoundEndpoint } from './sources/endpoint-source.ts';

export interface EndpointsOptions {
  readonly subgraph: string;
  readonly kind: ServiceKind;
  /** Where the supergraph says that the subgraph answers. */
  readonly url: URL;
  readonly config: EndpointsConfig;
  readonly connect: Connect;
  /** Whether an endpoint is rather not to be asked just now, for a reason of the caller's. */
  readonly isVetoed?: ((endpoint: Endpoint) => boolean) | undefined;
  readonly telemetry: Pick<Telemetry, 'log' | 'endpointsOpened'>;
  /** In milliseconds, never going back. */
  readonly now: () => number;
  /** From 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
  /** What sources of the subgraph have found so far. Default: nothing. */
  readonly known?: FoundBySource | undefined;
  /** Default: those that the configuration names. */
  readonly sources?: readonly EndpointSource[];
  /** Default: what the configuration says of probes. */
  readonly probe?: Probe;
}

/** More than any service has: what a source says is not to take all memory. */
const endpointsMost = 5_000;

/**
 * Makes the endpoints of a subgraph, and follows where they come from until they are closed.
 * @throws Error with a sentence for the operator when one of them cannot be connected to
 */
export function createEndpoints(options: EndpointsOptions): Endpoints {
  const { subgraph, url, config, telemetry, now, random } = options;
  const { log } = telemetry;
  const groups = new Groups({
    subgraph,
    weights: config.groups?.weights,
    stable: config.stable,
    random,
    onWeights: () => pool.changed(),
  });
  const reporter = telemetry.endpointsOpened(subgraph, () =>
    pool.list.map(({ name, inFlight, isHealthy, ejectedUntilMs = 0 }) => {
      return { endpoint: name, inFlight, isHealthy, isEjected: ejectedUntilMs > now() };
    }),
  );
  const pool = createPool(options, groups, reporter);
  const prober = config.health && createProber(options, config.health, pool, reporter);
  const shadows = new Shadows({ ...options, shadow: config.shadow });
  const fixed = (config.endpoints ?? []).map((entry) => toFound(new URL(entry.url), entry));
  const take = (found: readonly FoundEndpoint[]) => {
    pool.take(shadows.split(found.slice(0, endpointsMost)));
    prober?.watch(pool.list);
  };
  const discovery = new Discovery({
    ...{ subgraph, random, log, reporter },
    sources: keyedSources(options),
    known: options.known ?? new Map(),
    onFound: (found) => take([...fixed, ...found]),
  });
  const close = () => {
    discovery.stop();
    prober?.watch([]);
    pool.take([]);
    shadows.close();
    reporter.closed();
  };
  try {
    const known = [...fixed, ...[...discovery.found.values()].flat()];
    const isKnown = discovery.found.size > 0 || !fixed.every((one) => shadows.owns(one));
    take(isKnown ? known : [...fixed, toFound(url, {})]);
  } catch (error) {
    close();
    throw error;
  }
  discovery.start();
  return {
    choose: (request, asked) => pool.choose(request, asked),
    began(endpoint) {
      if (endpoint instanceof EndpointState) endpoint.inFlight += 1;
    },
    ended(endpoint, outcome, durationMs, isGood) {
      if (!(endpoint instanceof EndpointState)) return;
      pool.ended(endpoint, outcome, durationMs, isGood);
      reporter.called(endpoint.name, outcome, durationMs);
    },
    nextShadow: () => shadows.next(),
    list: () => pool.list,
    found: discovery.found,
    looked: discovery.looked,
    groups,
    router: createRouter({
      groupsConfig: config.groups,
      hashBy: config.balance === 'consistent-hash' ? (config.hashBy ?? { identity: true }) : undefined,
      groups,
    }),
    close,
  };
}

/** One that is configured as it was finds what it found. */
function keyedSources({ sources, config: { discover = [] }, url }: EndpointsOptions): readonly KeyedSource[] {
  if (sources !== undefined) return sources.map((source) => [source.name, source]);
  return createSources(discover, url).map((source, index) => [JSON.stringify([discover[index], url]), source]);
}

function createPool(
  { subgraph, config, connect, isVetoed, now, random, telemetry }: EndpointsOptions,
  groups: Groups,
  reporter: EndpointReporter,
): EndpointPool {
  const { balance, ejection, slowStart: slowStartMs, zone } = config;
  return new EndpointPool({
    subgraph,
    connect,
    balancer: createBalancer(balance, { slowStartMs, random }),
    ejection: ejection.enabled ? new Ejection(ejection) : undefined,
    groups,
    slowStartMs,
    zone,
    isVetoed,
    now,
    onEjected({ name: endpoint }, reason, forMs) {
      reporter.ejected(reason);
      telemetry.log.warn('An endpoint fails and is not asked for a while.', { subgraph, endpoint, reason, forMs });
    },
  });
}

function createProber(
  { subgraph, kind, random, telemetry, probe }: EndpointsOptions,
  health: NonNullable<EndpointsConfig['health']>,
  pool: EndpointPool,
  reporter: EndpointReporter,
): Prober {
  return new Prober({
    health,
    probe: probe ?? createProbe(health, kind),
    random,
    onProbed: reporter.probed,
    onChange(endpoint, isHealthy, error) {
      pool.setHealth(endpoint, isHealthy);
      const facts = { subgraph, endpoint: endpoint.name };
      if (isHealthy) telemetry.log.info('An endpoint is healthy again.', facts);
      else telemetry.log.warn('An endpoint is not healthy.', { ...facts, error });
    },
  });
}

type Entry = Partial<Pick<FoundEndpoint, 'weight' | 'group' | 'zone'>>;

function toFound(url: URL, { weight = 1, group, zone }: Entry): FoundEndpoint {
  return { url, address: undefined, weight, priority: 0, group, zone };
}
