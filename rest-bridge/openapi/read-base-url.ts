import { child, elements, members, own, ownText, type Place } from './place.ts';
import type { Reading } from './reading.ts';

/** The absolute URL that all paths are below, without a slash at its end; `undefined` when the document names none or only a path. */
export function readBaseUrl(reading: Reading): string | undefined {
  const url = reading.version === 'swagger-2' ? swaggerUrl(reading.root) : serverUrl(reading);
  if (url === undefined || url === '/' || url === '') return undefined;
  const absolute = /^https?:\/\/[^/?#]/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (!absolute) {
    reading.findings.warn(
      child(reading.root, 'servers') ?? reading.root,
      `The server ${JSON.stringify(url)} is not a whole URL; give one in the configuration, with this path.`,
    );
    return undefined;
  }
  return trimSlashes(absolute.origin + absolute.pathname);
}

function serverUrl(reading: Reading): string | undefined {
  const [server] = elements(child(reading.root, 'servers'));
  if (!server) return undefined;
  let url = ownText(server.value, 'url') ?? '';
  for (const [name, variable] of members(child(server, 'variables'))) {
    const value = own(variable.value, 'default');
    if (typeof value === 'string' || typeof value === 'number') url = url.replaceAll(`{${name}}`, String(value));
  }
  return url;
}

function swaggerUrl(root: Place): string | undefined {
  const host = ownText(root.value, 'host');
  const basePath = ownText(root.value, 'basePath') ?? '';
  if (host === undefined) return basePath;
  const schemes = own(root.value, 'schemes');
  const isPlain = Array.isArray(schemes) && schemes.includes('http') && !schemes.includes('https');
  return `${isPlain ? 'http' : 'https'}://${host}/${basePath}`.replace(/([^:])\/{2,}/g, '$1/');
}

function trimSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}
