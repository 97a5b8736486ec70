import { z } from 'zod';
import type { DiscoveryConfig } from '../../../config/discovery.ts';
import type { EndpointSource, FoundEndpoint } from './endpoint-source.ts';
import { SourceClient } from './source-client.ts';
import { urlAt } from './url-at.ts';

export interface ConsulSourceOptions {
  readonly consul: NonNullable<DiscoveryConfig['consul']>;
  /** Gives scheme and path. */
  readonly url: URL;
  /** For instances whose Meta names none. */
  readonly group: string | undefined;
}

const instances = z.array(
  z.object({
    Node: z.object({ Address: z.string().default('') }),
    Service: z.object({
      Address: z.string().default(''),
      Port: z.int().min(0).max(65_535),
      Weights: z.object({ Passing: z.number().positive().default(1) }).nullish(),
      Meta: z.record(z.string(), z.string()).nullish(),
    }),
  }),
);

/** The healthy instances of a service, by blocking queries (https://developer.hashicorp.com/consul/api-docs/features/blocking). */
export function createConsulSource({ consul, url, group }: ConsulSourceOptions): EndpointSource {
  const client = new SourceClient();
  const headers: Record<string, string> = consul.token === undefined ? {} : { 'x-consul-token': consul.token };
  let index = 0;
  return {
    name: `Consul (${consul.service})`,
    async look(anew, signal) {
      const question = toQuestion(consul, anew ? 0 : index);
      // Consul itself adds up to a sixteenth.
      const answer = await client.readJson(question, { headers, waitMs: consul.wait * 1.1, signal });
      const next = Number(answer.headers['x-consul-index'] ?? 0);
      // One that goes back is of another history: what it is compared with means nothing there.
      index = next >= index ? next : 0;
      const found = instances.parse(answer.value).flatMap((instance) => toEndpoint(instance, url, group) ?? []);
      // Without an index there is nothing to wait for.
      return { endpoints: found, freshMs: index > 0 ? 0 : consul.wait };
    },
    close: () => client.close(),
  };
}

function toQuestion({ url, service, tag, datacenter, wait }: ConsulSourceOptions['consul'], index: number): URL {
  const question = new URL(url);
  const base = question.pathname.endsWith('/') ? question.pathname : `${question.pathname}/`;
  question.pathname = `${base}v1/health/service/${encodeURIComponent(service)}`;
  question.searchParams.set('passing', 'true');
  if (tag !== undefined) question.searchParams.set('tag', tag);
  if (datacenter !== undefined) question.searchParams.set('dc', datacenter);
  if (index > 0) {
    question.searchParams.set('index', String(index));
    question.searchParams.set('wait', `${wait}ms`);
  }
  return question;
}

function toEndpoint(
  { Node, Service }: z.output<typeof instances>[number],
  url: URL,
  group: string | undefined,
): FoundEndpoint | undefined {
  // A service may be registered without a port, and is then not to be asked.
  const at =
    Service.Port === 0 ? undefined : urlAt(url, Service.Address === '' ? Node.Address : Service.Address, Service.Port);
  if (at === undefined) return undefined;
  return {
    url: at,
    address: undefined,
    weight: Service.Weights?.Passing ?? 1,
    priority: 0,
    group: Service.Meta?.['group'] ?? group,
    zone: Service.Meta?.['zone'],
  };
}
