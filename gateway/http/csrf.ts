import type { CsrfConfig } from '../config/web.ts';
import { GatewayError } from '../errors.ts';
import { parseMediaType } from './media-type.ts';
import type { RequestHead } from './request-head.ts';

/** What a page may set as Content-Type without asking (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). */
const sentUnasked = new Set(['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']);

/**
 * Refuses what a foreign web page makes a browser send, with its user's cookies and from its user's network, without asking
 * first by a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch). A request passes when it could not be sent
 * unasked, has one of the configured headers, comes from an allowed origin, or does not come from a foreign page: browsers tell
 * by `Sec-Fetch-Site` (https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header), older ones, and all of them over
 * plain HTTP, by `Origin` and `Referer`. What tells nothing is no browser, such as curl, and passes too, as GraphQL over HTTP has
 * plain GET requests work. An old browser that a page keeps from telling can thus run a query, never a mutation (GET runs none,
 * and bodies must be JSON), and the page cannot read the answer.
 * @throws GatewayError `CSRF_PREVENTION_FAILED`
 */
export function assertNotForged(head: RequestHead, config: CsrfConfig, allows: (origin: string) => boolean): void {
  if (!config.enabled || !canBeSentUnasked(head)) return;
  if (config.headers.some((name) => (head.header(name) ?? '') !== '')) return;
  const origin = head.header('origin');
  if ((origin !== undefined && allows(origin)) || !isFromForeignPage(head)) return;
  throw new GatewayError(
    'CSRF_PREVENTION_FAILED',
    `A page of another site could have sent this request. Send it as JSON by POST, or with the header "${config.headers[0]}".`,
  );
}

function canBeSentUnasked({ method, header }: RequestHead): boolean {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return false;
  const contentType = header('content-type');
  if (contentType === 'application/json') return false;
  const essence = contentType === undefined ? undefined : parseMediaType(contentType)?.essence;
  return essence === undefined || sentUnasked.has(essence);
}

/** Whether a page of another origin than the gateway's has sent a request, as far as its browser tells. */
export function isFromForeignPage({ header }: RequestHead): boolean {
  const site = header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const page = header('origin') ?? header('referer');
  return page !== undefined && hostOf(page) !== header('host')?.toLowerCase();
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
