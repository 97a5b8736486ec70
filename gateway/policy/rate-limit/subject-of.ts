import type { RateLimitRule } from '../../config/rate-limit.ts';
import { formatIpAddress, parseIpAddress } from '../../lib/ip-address.ts';
import type { PolicyRequest } from '../policy.ts';

/** Whose use counts together. */
export interface Subject {
  /** Tells it apart. */
  readonly key: string;
  /** What people know it by: the key of an identity and its name, an address, a tier, the hash of an operation. */
  readonly label: string;
}

/**
 * Whose use counts together, or `undefined` when the rule says nothing about the request. Only what was verified counts, or the
 * address: what a client merely states would give it a new limit whenever it likes.
 */
export function subjectOf(per: RateLimitRule['per'], { identity, ip, operation }: PolicyRequest): Subject | undefined {
  switch (per) {
    case 'gateway':
      return everybody;
    case 'tier':
      return identity.tier === undefined ? undefined : { key: identity.tier, label: identity.tier };
    case 'operation':
      return { key: operation.hash, label: operation.hash };
    case 'ip': {
      const network = toNetwork(ip);
      return { key: network, label: network };
    }
    case 'client': {
      const { key, subject } = identity;
      if (key !== undefined)
        return { key: `identity ${key}`, label: subject === undefined ? key : `${key} ${subject}` };
      const network = toNetwork(ip);
      return { key: `ip ${network}`, label: network };
    }
    default:
      return per satisfies never;
  }
}

const everybody: Subject = { key: '', label: 'everybody' };

/** The part of an address that a client cannot change at will: every subscriber of IPv6 has a /64 at least. */
function toNetwork(ip: string | undefined): string {
  const address = parseIpAddress(ip ?? '');
  if (address === undefined) return 'unknown';
  if (address.length === 4) return formatIpAddress(address);
  return `${formatIpAddress(address.map((byte, index) => (index < 8 ? byte : 0)))}/64`;
}
