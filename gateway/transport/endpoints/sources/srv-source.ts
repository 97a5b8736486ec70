import type { DiscoveryConfig } from '../../../config/discovery.ts';
import { type NameServers, resolveAddresses } from './address-lookup.ts';
import type { EndpointSource } from './endpoint-source.ts';
import { urlAt } from './url-at.ts';

export interface SrvSourceOptions extends Pick<NonNullable<DiscoveryConfig['srv']>, 'name' | 'minTtl' | 'maxTtl'> {
  /** Gives scheme and path. */
  readonly url: URL;
  readonly group: string | undefined;
}

/** "A very small chance of being selected", as it is said of records with the weight 0. */
const leastWeight = 0.01;

/** The hosts and ports of SRV records (https://www.rfc-editor.org/rfc/rfc2782); every address of each is an endpoint. */
export function createSrvSource(
  { name, url, group, minTtl, maxTtl }: SrvSourceOptions,
  names: NameServers,
): EndpointSource {
  return {
    name: `DNS (${name})`,
    async look() {
      // "Decidedly not available" is how a record without a host is meant.
      const records = (await names.resolveSrv(name)).filter((record) => record.name !== '' && record.name !== '.');
      const hosts = await Promise.allSettled(records.map((record) => resolveAddresses(names, record.name, 'any')));
      const failed = hosts.find((host) => host.status === 'rejected');
      // One host that cannot be looked up just now does not keep the others away.
      if (failed !== undefined && hosts.every(({ status }) => status === 'rejected')) throw failed.reason;
      // What the records' own TTL is, Node does not tell.
      const ttlMs = Math.min(...hosts.map((host) => (host.status === 'fulfilled' ? host.value.ttlMs : minTtl)));
      const endpoints = records.flatMap((record, index) => {
        const host = hosts[index];
        const addresses = host?.status === 'fulfilled' ? host.value.addresses : [];
        const target = urlAt(url, record.name, record.port);
        if (target === undefined) return [];
        const weight = Math.max(record.weight, leastWeight) / addresses.length;
        const { priority } = record;
        return addresses.map((address) => ({ url: target, address, weight, priority, group, zone: undefined }));
      });
      return { endpoints, freshMs: Math.min(Math.max(ttlMs, minTtl), maxTtl) };
    },
    close: () => Promise.resolve(),
  };
}
