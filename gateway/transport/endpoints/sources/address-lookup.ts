import { ADDRCONFIG, type LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** What is asked of name servers. */
export interface NameServers {
  readonly resolve4: (host: string, options: { readonly ttl: true }) => Promise<readonly TimedAddress[]>;
  readonly resolve6: (host: string, options: { readonly ttl: true }) => Promise<readonly TimedAddress[]>;
  readonly resolveSrv: (name: string) => Promise<readonly SrvRecord[]>;
  /** What the system makes of a name that is in no name server, such as one of the hosts file; throws where it is not to be asked. */
  readonly lookup: (host: string) => Promise<readonly Pick<LookupAddress, 'address'>[]>;
}

interface TimedAddress {
  readonly address: string;
  /** In seconds. */
  readonly ttl: number;
}

interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export type AddressFamily = 'ipv4' | 'ipv6' | 'any';

/** Addresses of a host, sorted, and how long they hold. */
export interface Addresses {
  readonly addresses: readonly string[];
  readonly ttlMs: number;
}

const answerMs = 3_000;
/** The hosts file has no TTL. */
const systemTtlMs = 10_000;

/** Asks these name servers, or else those of the system. */
export function createNameServers(servers: readonly string[] | undefined): NameServers {
  const resolver = new Resolver({ timeout: answerMs, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    resolve4: (host, options) => resolver.resolve4(host, options),
    resolve6: (host, options) => resolver.resolve6(host, options),
    resolveSrv: (name) => resolver.resolveSrv(name),
    lookup: (host) =>
      servers === undefined
        ? lookup(host, { all: true, hints: ADDRCONFIG })
        : Promise.reject(new Error(`The name servers know no address of ${host}.`)),
  };
}

/**
 * The addresses of a host. `any` takes those of IPv4 where there are some, else those of IPv6: a machine that has both is one endpoint.
 * @throws Error when it has none, or nobody can say
 */
export async function resolveAddresses(names: NameServers, host: string, family: AddressFamily): Promise<Addresses> {
  const literal = host.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return { addresses: [literal], ttlMs: Number.POSITIVE_INFINITY };
  const found = family === 'ipv6' ? undefined : await askFor(names.resolve4(host, { ttl: true }));
  if (found !== undefined && found.length > 0) return toAddresses(found);
  const found6 = family === 'ipv4' ? undefined : await askFor(names.resolve6(host, { ttl: true }));
  if (found6 !== undefined && found6.length > 0) return toAddresses(found6);
  const version = { ipv4: 4, ipv6: 6, any: undefined }[family];
  const all = (await names.lookup(host)).map(({ address }) => address);
  const addresses = all.filter((address) => version === undefined || isIP(address) === version);
  return { addresses: addresses.toSorted(), ttlMs: systemTtlMs };
}

function toAddresses(found: readonly TimedAddress[]): Addresses {
  return {
    addresses: found.map(({ address }) => address).toSorted(),
    ttlMs: Math.min(...found.map(({ ttl }) => ttl)) * 1_000,
  };
}

const noSuchName = new Set(['ENOTFOUND', 'ENODATA']);

/** `undefined` when there is none of that kind; whether there is a name at all is for the other kind to say. */
async function askFor(answer: Promise<readonly TimedAddress[]>): Promise<readonly TimedAddress[] | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && noSuchName.has(String(error.code))) return undefined;
    throw error;
  }
}
