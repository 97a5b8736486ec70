import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import { isInIpRange, parseIpAddress } from '../lib/ip-address.ts';
import { assertAnnouncedLength } from './read-body.ts';

type AdmissionLimits = Pick<ListenConfig, 'urlBytes' | 'headerBytes'>;

const mostHeaders = 200;
const hostPattern = /^[\w.:[\]-]*$/;
const absoluteTarget = /^https?:\/\/[^/?]*/i;

/**
 * Checks what everything behind relies on: sizes, one valid Host, a target that is a path. A target in absolute form is
 * rewritten to its path, for whom it names is not asked (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2). Returns the path
 * as it was sent, never decoded, so that no spelling but the plain one leads anywhere.
 * @throws GatewayError `URI_TOO_LONG`, `HEADERS_TOO_LARGE`, `BAD_REQUEST`
 */
export function admit(request: IncomingMessage, limits: AdmissionLimits): string {
  let target = request.url ?? '';
  if (target.length > limits.urlBytes) {
    throw new GatewayError('URI_TOO_LONG', `The URL must not be longer than ${limits.urlBytes} bytes. Send a POST.`);
  }
  assertHeaders(request, limits.headerBytes);
  assertHost(request.headers.host ?? '');
  if (!target.startsWith('/')) {
    const authority = absoluteTarget.exec(target)?.[0];
    if (authority === undefined) throw new GatewayError('BAD_REQUEST', 'The request target must be a path.');
    const rest = target.slice(authority.length);
    target = rest.startsWith('/') ? rest : `/${rest}`;
    request.url = target;
  }
  const search = target.indexOf('?');
  return search === -1 ? target : target.slice(0, search);
}

/**
 * Refuses addresses that are denied, and where some are allowed all others; of both, denied counts.
 * @throws GatewayError `FORBIDDEN`
 */
export function assertAddress(
  addressOf: () => string | undefined,
  { allow, deny }: Pick<ListenConfig, 'allow' | 'deny'>,
): void {
  if (allow === undefined && deny.length === 0) return;
  const parsed = parseIpAddress(addressOf() ?? '');
  const isIn = (ranges: ListenConfig['deny']) =>
    parsed !== undefined && ranges.some((range) => isInIpRange(parsed, range));
  if (!isIn(deny) && (allow === undefined || isIn(allow))) return;
  throw new GatewayError('FORBIDDEN', 'Requests from this address are not taken here.');
}

/**
 * Refuses every method but these.
 * @throws GatewayError `METHOD_NOT_ALLOWED`
 */
export function assertMethod(request: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(request.method ?? '')) return;
  const allow = allowed.join(', ');
  throw new GatewayError('METHOD_NOT_ALLOWED', `Only ${allow} can be used here.`, { headers: { allow } });
}

/**
 * Answers `Expect: 100-continue`: with 100 when the announced body may come.
 * @throws GatewayError `PAYLOAD_TOO_LARGE` when it may not, `EXPECTATION_FAILED` for any other expectation
 */
export function meetExpectation(request: IncomingMessage, response: ServerResponse, bodyMaxBytes: number): void {
  const expected = request.headers.expect;
  if (expected === undefined) return;
  if (expected.toLowerCase() !== '100-continue') {
    throw new GatewayError('EXPECTATION_FAILED', 'The only expectation that can be met is 100-continue.');
  }
  assertAnnouncedLength(request.headers['content-length'], bodyMaxBytes);
  response.writeContinue();
}

/** Node counts headers and URL together, takes the first of two Hosts, and finds bad framing only after the request has begun. */
function assertHeaders({ rawHeaders, headers, httpVersion }: IncomingMessage, maxBytes: number): void {
  let bytes = 0;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    bytes += name.length + (rawHeaders[index + 1]?.length ?? 0);
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
    throw new GatewayError('BAD_REQUEST', 'There must be one Host header.');
  }
  if ((headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked') {
    throw new GatewayError('BAD_REQUEST', 'The only transfer encoding that is understood is chunked.');
  }
  if (bytes <= maxBytes && rawHeaders.length <= 2 * mostHeaders) return;
  throw new GatewayError(
    'HEADERS_TOO_LARGE',
    `The headers must not be more than ${mostHeaders}, nor larger than ${maxBytes} bytes.`,
  );
}

/** The host that was last found to be one: nearly all clients name the same. */
let lastHost = '';

/** The host becomes part of URLs, which a host that is none would make invalid or lead elsewhere. */
function assertHost(host: string): void {
  if (host === '' || host === lastHost) return;
  if (hostPattern.test(host) && URL.canParse(`http://${host}`)) {
    lastHost = host;
    return;
  }
  throw new GatewayError('BAD_REQUEST', 'The Host header must be a host name, with a port or without.');
}
