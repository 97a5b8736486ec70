import { isIPv6 } from 'node:net';

/** Not all of what a host name may be, but what makes no URL mean anything else. */
const hostName = /^[^\s/?#@:%\\[\]]+$/;

/** The URL of what answers at another host and port as `url` does at its own; `undefined` where a URL cannot say that. */
export function urlAt(url: URL, host: string, port: number): URL | undefined {
  const name = host.replace(/\.$/, '');
  if (!isIPv6(host) && !hostName.test(name)) return undefined;
  const at = new URL(url);
  const spelled = isIPv6(host) ? `[${host}]` : name;
  // Setting it keeps the former one where it is none.
  if (!URL.canParse(`${at.protocol}//${spelled}`)) return undefined;
  at.hostname = spelled;
  at.port = String(port);
  return at;
}
