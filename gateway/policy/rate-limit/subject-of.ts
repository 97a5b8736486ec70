import type { RateLimitRule } from '../../config/rate-limit.ts';
import { formatIpAddress, parseIpAddress } from '../../lib/ip-address.ts';
import type { PolicyRequest } from '../policy.ts';

/**
 * Whose use counts together, or `undefined` when the rule says nothing about the request. Only what was verified counts, or the
 * address: what a client merely states would give it a new limit whenever it likes.
 */
export function subjectOf(per: RateLimitRule['per'], { identity, ip, operation }: PolicyRequest): string | undefined {
  switch (per) {
    case 'gateway':
      return '';
    case 'tier':
      return identity.tier;
    case 'operation':
      return operation.hash;
    case 'ip':
      return toNetwork(ip);
    case 'client':
      return identity.key === undefined ? `ip ${toNetwork(ip)}` : `identity ${identity.key}`;
    default:
      return per satisfies never;
  }
}

/** The part of an address that a client cannot change at will: every subscriber of IPv6 has a /64 at least. */
function toNetwork(ip: string | undefined): string {
  const address = parseIpAddress(ip ?? '');
  if (address === undefined) return 'unknown';
  if (address.length === 4) return formatIpAddress(address);
  return `${formatIpAddress(address.map((byte, index) => (index < 8 ? byte : 0)))}/64`;
}
