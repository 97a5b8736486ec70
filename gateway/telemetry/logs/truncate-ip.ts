import { formatIpAddress, type IpAddress } from '../../lib/ip-address.ts';

/** Those of this machine are nobody's. */
const loopback4 = 127;

/** The network of an address: 24 bits of IPv4, 48 of IPv6, and zeros behind. Addresses of this machine stay. */
export function truncateIp(address: IpAddress): string {
  const isLoopback = address[0] === loopback4 && address.length === 4;
  if (isLoopback || (address.length === 16 && address.every((byte, index) => byte === (index === 15 ? 1 : 0)))) {
    return formatIpAddress(address);
  }
  const kept = address.length === 4 ? 3 : 6;
  return formatIpAddress(address.map((byte, index) => (index < kept ? byte : 0)));
}
