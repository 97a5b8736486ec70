import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Refusal } from '../refusal.ts';

/** Addresses that are not for everybody (https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 sister). */
const special = new BlockList();
for (const range of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]) {
  special.addSubnet(...partsOf(range), 'ipv4');
}
for (const range of [
  '::/127',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/9',
  'ff00::/8',
]) {
  special.addSubnet(...partsOf(range), 'ipv6');
}

/** Whether an address is private, loopback, link-local or otherwise not on the public internet; also one that is none. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || special.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Asks for all addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>;

const resolveAll: Resolve = (host) => lookup(host, { all: true });

/**
 * Refuses a URL that leads to a private address, or whose host has one.
 * @throws Refusal `PRIVATE_URL`
 */
export async function assertPublicUrl(url: string, resolve: Resolve = resolveAll): Promise<void> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host];
  if (addresses.length > 0 && !addresses.some(isPrivateAddress)) return;
  const what = addresses.length === 0 ? 'has no address' : 'leads to a private address';
  throw new Refusal('PRIVATE_URL', `The host ${host.slice(0, 253)} ${what}. This registry takes public URLs only.`);
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return (await resolve(host)).map(({ address }) => address);
  } catch {
    return [];
  }
}

function partsOf(range: string): [string, number] {
  const [address = '', bits = ''] = range.split('/');
  return [address, Number(bits)];
}
