import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AdminConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import { formatIpAddress, type IpRange, isInIpRange, parseIpAddress, parseIpRange } from '../lib/ip-address.ts';

type Access = Pick<AdminConfig, 'host' | 'token' | 'hosts'>;

const loopback: readonly IpRange[] = ['127.0.0.0/8', '::1/128']
  .map(parseIpRange)
  .filter((range) => range !== undefined);

/**
 * Lets operators in, and of the web pages that their browser shows the console alone: others send an Origin of their own, come from
 * another site, or reach the port by a name of their own that leads here.
 * @throws GatewayError `FORBIDDEN`, or `UNAUTHENTICATED` without the right token
 */
export function assertOperator(request: IncomingMessage, access: Access): void {
  const { authorization } = request.headers;
  if (!isOwnPage(request)) {
    throw new GatewayError('FORBIDDEN', 'Web pages may not use this. Use the console, or the command line.');
  }
  if (!isOwnHost(request, access)) {
    throw new GatewayError('FORBIDDEN', 'This host name is not one of the admin port. Name it in admin.hosts.');
  }
  if (access.token === undefined) {
    if (isLoopback(access.host)) return;
    throw new GatewayError('FORBIDDEN', 'Other machines can reach this port. Set admin.token to use it for this.');
  }
  if (isEqual(authorization ?? '', `Bearer ${access.token}`)) return;
  throw new GatewayError('UNAUTHENTICATED', 'The token is missing or wrong. Send admin.token as a bearer token.', {
    headers: { 'www-authenticate': 'Bearer realm="control"' },
  });
}

/** Whether it is no page at all that asks, or one of this port. Browsers say which, and scripts cannot say otherwise. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host, 'sec-fetch-site': site = 'none' } = headers;
  if (site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase());
}

function isOwnHost({ headers, socket }: IncomingMessage, { host, hosts }: Access): boolean {
  const name = hostNameOf(headers.host);
  if (name === undefined) return false;
  if (isLoopback(name) || name === host.toLowerCase() || hosts.includes(name)) return true;
  const own = parseIpAddress(socket.localAddress ?? '');
  const named = parseIpAddress(name);
  return own !== undefined && named !== undefined && formatIpAddress(own) === formatIpAddress(named);
}

/** Lower-case, without port and brackets. */
function hostNameOf(header: string | undefined): string | undefined {
  const url = `http://${header}`;
  return header !== undefined && URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}

function isLoopback(host: string): boolean {
  const address = parseIpAddress(host);
  return host === 'localhost' || (address !== undefined && loopback.some((range) => isInIpRange(address, range)));
}

/** In a time that depends on nothing but the length of what was sent. */
function isEqual(sent: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', sent, 'buffer'), hash('sha256', expected, 'buffer'));
}
