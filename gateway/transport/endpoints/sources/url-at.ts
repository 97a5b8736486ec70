import { isIPv6 } from 'node:net';

/** The URL of what answers at another host and port as `url` does at its own. */
export function urlAt(url: URL, host: string, port: number): URL {
  const at = new URL(url);
  at.hostname = isIPv6(host) ? `[${host}]` : host.replace(/\.$/, '');
  at.port = String(port);
  return at;
}
