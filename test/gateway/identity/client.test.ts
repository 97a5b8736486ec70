import { describe, expect, it } from 'vitest';
import { identitySection } from '../../../gateway/config/identity.ts';
import { clientIp } from '../../../gateway/identity/client-ip.ts';
import { readClient } from '../../../gateway/identity/read-client.ts';

const headers = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe('clientIp', () => {
  const { trustedProxies } = identitySection.parse({ trustedProxies: ['127.0.0.1/32', '10.0.0.0/8', '2001:db8::/32'] });
  const many = `${'192.0.2.7, '.repeat(5_000)}198.51.100.1`;

  it.each([
    ['the connection without proxies', '192.0.2.1', undefined, '192.0.2.1'],
    ['nothing of what a stranger forwards', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['what a proxy saw', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['what the last proxy saw, not what the client made up', '10.0.0.1', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['the first that no trusted proxy is', '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2, 10.0.0.3', '198.51.100.1'],
    ['the farthest where all are trusted', '10.0.0.1', '10.0.0.9, 10.0.0.2', '10.0.0.9'],
    ['a proxy that forwards nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['a proxy that forwards nonsense', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['the last address before nonsense', '10.0.0.1', '198.51.100.1, ::1::, 10.0.0.2', '10.0.0.2'],
    ['an empty entry', '10.0.0.1', '198.51.100.1,,', '10.0.0.1'],
    ['an address with a port', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6 with a port', '10.0.0.1', '[2001:DB9::0001]:4711', '2001:db9::1'],
    ['one spelling of IPv6', '2001:db8:0:0::1', '2001:0DB9:0:0:0:0:0:1', '2001:db9::1'],
    ['IPv4 for IPv4 in IPv6', '::ffff:127.0.0.1', '::FFFF:c633:6401', '198.51.100.1'],
    ['IPv6 without its zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['the nearest of a flood', '10.0.0.1', many, '198.51.100.1'],
    ['a flood of proxies no farther than it is read', '10.0.0.1', '10.9.9.9, '.repeat(5_000).slice(0, -2), '10.9.9.9'],
    ['nothing without a connection', undefined, '198.51.100.1', undefined],
  ])('is %s', (_case, remote, forwarded, expected) => {
    const sent = headers({ ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }), 'x-real-ip': '1.1.1.1' });
    expect(clientIp(sent, remote, trustedProxies)).toBe(expected);
  });
});

describe('readClient', () => {
  it('reads name and version from the headers that the configuration names', () => {
    const { client } = identitySection.parse({ client: { nameHeader: 'X-Name' } });
    const sent = headers({
      'x-name': ' web ',
      'apollographql-client-version': '1.2.3',
      'apollographql-client-name': 'x',
    });
    expect(readClient(sent, client)).toEqual({ name: 'web', version: '1.2.3' });
    expect(readClient(headers({ 'x-name': '' }), client)).toEqual({ name: undefined, version: undefined });
    expect(readClient(headers({ 'x-name': 'a'.repeat(5_000) }), client).name).toBe('a'.repeat(100));
  });
});
