import { z } from 'zod';
import type { FoundEndpoint } from './endpoint-source.ts';
import { urlAt } from './url-at.ts';

/** What is read of an EndpointSlice (https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/). */
export const endpointSlice = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string().optional() }),
  addressType: z.string(),
  ports: z
    .array(z.object({ name: z.string().nullish(), port: z.int().nullish(), protocol: z.string().nullish() }))
    .nullish(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()),
        conditions: z.object({ ready: z.boolean().nullish() }).nullish(),
        zone: z.string().nullish(),
      }),
    )
    .nullish(),
});

export type EndpointSlice = z.output<typeof endpointSlice>;

export interface SliceOptions {
  /** Gives scheme and path. */
  readonly url: URL;
  /** Number or name; the first when there is none. */
  readonly port: number | string | undefined;
  readonly group: string | undefined;
}

/** The ready endpoints of a service's slices. Of a service with addresses of both versions those of IPv4 are taken: the pods are the same. */
export function toEndpoints(
  slices: Iterable<EndpointSlice>,
  { url, port, group }: SliceOptions,
): readonly FoundEndpoint[] {
  const all = [...slices];
  const addressType = all.some((slice) => slice.addressType === 'IPv4') ? 'IPv4' : all[0]?.addressType;
  const found: FoundEndpoint[] = [];
  for (const slice of all) {
    if (slice.addressType !== addressType) continue;
    const number = portOf(slice, port);
    if (number === undefined) continue;
    for (const { addresses, conditions, zone } of slice.endpoints ?? []) {
      // "Consumers should only use the first"; without the condition it is to be taken for ready.
      const [address] = addresses;
      if (address === undefined || conditions?.ready === false) continue;
      const at = urlAt(url, address, number);
      if (at === undefined) continue;
      found.push({
        url: at,
        address: undefined,
        weight: 1,
        priority: 0,
        group,
        zone: zone ?? undefined,
      });
    }
  }
  return found;
}

function portOf({ ports }: EndpointSlice, wanted: number | string | undefined): number | undefined {
  const listed = (ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
  const chosen = listed.find(({ name, port }) => wanted === undefined || wanted === name || wanted === port);
  return chosen?.port ?? undefined;
}
