import { LRUCache } from 'lru-cache';
import type { RateLimitRule } from '../../config/rate-limit.ts';
import type { Identity } from '../../identity/identity.ts';
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
    case 'ip':
      return networkOf(ip);
    case 'client':
      return identity.key === undefined ? clientAt(networkOf(ip)) : knownClient(identity, identity.key);
    default:
      return per satisfies never;
  }
}

const everybody: Subject = { key: '', label: 'everybody' };

/** A verified token is remembered, and with it its identity. */
const knownClients = new WeakMap<Identity, Subject>();

function knownClient(identity: Identity, key: string): Subject {
  let subject = knownClients.get(identity);
  if (subject === undefined) {
    const label = identity.subject === undefined ? key : `${key} ${identity.subject}`;
    subject = { key: `identity ${key}`, label };
    knownClients.set(identity, subject);
  }
  return subject;
}

function clientAt({ key, label }: Subject): Subject {
  return { key: `ip ${key}`, label };
}

/** Many requests come from the same address. */
const networks = new LRUCache<string, Subject>({ max: 1_000 });

function networkOf(ip = ''): Subject {
  let network = networks.get(ip);
  if (network === undefined) {
    const text = toNetwork(ip);
    network = { key: text, label: text };
    networks.set(ip, network);
  }
  return network;
}

/** The part of an address that a client cannot change at will: every subscriber of IPv6 has a /64 at least. */
function toNetwork(ip: string): string {
  const address = parseIpAddress(ip);
  if (address === undefined) return 'unknown';
  if (address.length === 4) return formatIpAddress(address);
  return `${formatIpAddress(address.map((byte, index) => (index < 8 ? byte : 0)))}/64`;
}
