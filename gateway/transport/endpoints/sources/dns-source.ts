import type { DiscoveryConfig } from '../../../config/discovery.ts';
import { type NameServers, resolveAddresses } from './address-lookup.ts';
import type { EndpointSource } from './endpoint-source.ts';

export interface DnsSourceOptions extends Pick<NonNullable<DiscoveryConfig['dns']>, 'family' | 'minTtl' | 'maxTtl'> {
  /** Its host is looked up. */
  readonly url: URL;
  readonly group: string | undefined;
}

/** Every address of a host is an endpoint. */
export function createDnsSource(options: DnsSourceOptions, names: NameServers): EndpointSource {
  const { url, group, family, minTtl, maxTtl } = options;
  return {
    name: `DNS (${url.hostname})`,
    async look() {
      const { addresses, ttlMs } = await resolveAddresses(names, url.hostname, family);
      return {
        endpoints: addresses.map((address) => ({ url, address, weight: 1, priority: 0, group, zone: undefined })),
        freshMs: Math.min(Math.max(ttlMs, minTtl), maxTtl),
      };
    },
    close: () => Promise.resolve(),
  };
}
