import { Dispatcher } from 'undici';
import { type EndpointsConfig, toEndpointsConfig } from '../../gateway/config/endpoints.ts';
import { trafficSection } from '../../gateway/config/traffic.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import { createEndpoints, type EndpointsOptions } from '../../gateway/transport/endpoints/create-endpoints.ts';
import type { EndpointSource, FoundEndpoint } from '../../gateway/transport/endpoints/sources/endpoint-source.ts';

/** What `traffic.all` and `traffic.subgraphs.products` say of endpoints. */
export function endpointsConfig(own: unknown, all: unknown = {}): EndpointsConfig {
  const { all: parsed, subgraphs } = trafficSection.parse({ all, subgraphs: { products: own } });
  return toEndpointsConfig(parsed, subgraphs['products']);
}

/** Numbers from 0 up to 1 that are the same in every run. */
export function seededRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function found(host: string, rest: Partial<FoundEndpoint> = {}): FoundEndpoint {
  const url = new URL(`http://${host}/graphql`);
  return { url, address: undefined, weight: 1, priority: 0, group: undefined, zone: undefined, ...rest };
}

/** A source that finds what it is told, when it is told. */
export function createFakeSource() {
  let current: readonly FoundEndpoint[] | Error = new Error('It is not there yet.');
  let onChange = () => {};
  const source: EndpointSource = {
    name: 'a fake',
    look: () =>
      current instanceof Error ? Promise.reject(current) : Promise.resolve({ endpoints: current, freshMs: 3_600_000 }),
    watch: (listener) => {
      onChange = listener;
    },
    close: () => Promise.resolve(),
  };
  return {
    source,
    tell(next: readonly FoundEndpoint[] | Error) {
      current = next;
      onChange();
    },
  };
}

/** Endpoints over connections that are never used, with a clock that is set by hand. */
export function createTestEndpoints(
  own: unknown,
  options: Partial<EndpointsOptions> & { readonly all?: unknown } = {},
) {
  const clock = { ms: 1_000_000 };
  const released: string[] = [];
  const { all, ...rest } = options;
  const endpoints = createEndpoints({
    subgraph: 'products',
    kind: 'graphql',
    url: new URL('http://own/graphql'),
    config: endpointsConfig(own, all),
    connect: (url) => ({
      dispatcher: new Dispatcher(),
      streams: new Dispatcher(),
      release: () => released.push(url.host),
    }),
    telemetry: noTelemetry,
    now: () => clock.ms,
    random: seededRandom(),
    ...rest,
  });
  const choose = (request: { affinity?: string; group?: string } = {}, asked: readonly string[] = []) =>
    endpoints.choose(
      { kind: 'query', ...request },
      endpoints.list().filter(({ url }) => asked.includes(url.host)),
    ).url.host;
  return {
    endpoints,
    clock,
    released,
    choose,
    at: (host: string) => endpoints.list().find(({ url }) => url.host === host)!,
    /** How often each is chosen in so many calls. */
    count(calls: number, request: Parameters<typeof choose>[0] = {}, asked: readonly string[] = []) {
      const counts: Record<string, number> = {};
      for (let call = 0; call < calls; call += 1) {
        const host = choose(request, asked);
        counts[host] = (counts[host] ?? 0) + 1;
      }
      return counts;
    },
    /** Makes calls of one endpoint that end so. */
    call(host: string, outcome: 'answered' | 'failed' | 'cancelled', times = 1, durationMs = 10) {
      const endpoint = endpoints.list().find(({ url }) => url.host === host)!;
      for (let call = 0; call < times; call += 1) {
        endpoints.began(endpoint);
        endpoints.ended(endpoint, outcome, durationMs, outcome === 'answered');
      }
    },
  };
}
