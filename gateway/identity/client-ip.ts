import { formatIpAddress, type IpAddress, type IpRange, isInIpRange, parseIpAddress } from '../lib/ip-address.ts';

/** More proxies than anybody has in a row. */
const mostHops = 32;

/**
 * The client's address in its one spelling. `X-Forwarded-For` is read from its end, and only as far as each address was written by
 * a trusted proxy: what stands before that the client may have made up.
 */
export function clientIp(
  headers: ReadonlyMap<string, string>,
  remoteAddress: string | undefined,
  trustedProxies: readonly IpRange[],
): string | undefined {
  let client = parseIpAddress(remoteAddress ?? '');
  if (client === undefined) return undefined;
  const isTrusted = (address: IpAddress) => trustedProxies.some((range) => isInIpRange(address, range));
  const hops = isTrusted(client) ? (headers.get('x-forwarded-for') ?? '').split(',').slice(-mostHops) : [];
  for (const hop of hops.reverse()) {
    const address = parseHop(hop.trim());
    if (address === undefined) break;
    client = address;
    if (!isTrusted(client)) break;
  }
  return formatIpAddress(client);
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function parseHop(hop: string): IpAddress | undefined {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop) ?? [];
  const [, beforePort] = /^([^:]*):\d{1,5}$/.exec(hop) ?? [];
  return parseIpAddress(bracketed ?? beforePort ?? hop);
}
