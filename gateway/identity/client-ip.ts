import { LRUCache } from 'lru-cache';
import { formatIpAddress, type IpAddress, type IpRange, isInIpRange, parseIpAddress } from '../lib/ip-address.ts';

/** More proxies than anybody has in a row. */
const mostHops = 32;

/** The other ends of connections, on which many requests come. */
const remotes = new LRUCache<string, { readonly address: IpAddress; readonly text: string }>({ max: 1_000 });

/**
 * The client's address in its one spelling. `X-Forwarded-For` is read from its end, and only as far as each address was written by
 * a trusted proxy: what stands before that the client may have made up.
 */
export function clientIp(
  headers: ReadonlyMap<string, string>,
  remoteAddress: string | undefined,
  trustedProxies: readonly IpRange[],
): string | undefined {
  const remote = readRemote(remoteAddress ?? '');
  if (remote === undefined) return undefined;
  const isTrusted = (address: IpAddress) => trustedProxies.some((range) => isInIpRange(address, range));
  if (!isTrusted(remote.address)) return remote.text;
  let client = remote.address;
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').slice(-mostHops);
  for (const hop of hops.reverse()) {
    const address = parseHop(hop.trim());
    if (address === undefined) break;
    client = address;
    if (!isTrusted(client)) break;
  }
  return formatIpAddress(client);
}

function readRemote(text: string) {
  const known = remotes.get(text);
  if (known !== undefined) return known;
  const address = parseIpAddress(text);
  if (address === undefined) return undefined;
  const remote = { address, text: formatIpAddress(address) };
  remotes.set(text, remote);
  return remote;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function parseHop(hop: string): IpAddress | undefined {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop) ?? [];
  const [, beforePort] = /^([^:]*):\d{1,5}$/.exec(hop) ?? [];
  return parseIpAddress(bracketed ?? beforePort ?? hop);
}
