import type { CorsConfig } from '../config/web.ts';
import type { RequestHead } from './request-head.ts';

type Headers = Readonly<Record<string, string>>;

/** Which web pages may read answers, as the browser's protocol has it (https://fetch.spec.whatwg.org/#http-cors-protocol). */
interface Cors {
  readonly allows: (origin: string) => boolean;
  /** For every answer of the endpoint, refusals too, that the page may read why. */
  readonly answerHeaders: (head: RequestHead) => Headers;
  /** For the answer to a preflight, besides those; a page that is not allowed gets none. */
  readonly preflightHeaders: (head: RequestHead) => Headers;
}

const none: Headers = {};
const headerNames = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+)*$/;

/** The rules of one configuration. An origin that is not named is never repeated, and `*` never comes with credentials. */
export function createCors(config: CorsConfig): Cors {
  const named = config.origins === '*' ? undefined : new Set(config.origins);
  const unknown: Headers = named === undefined || named.size === 0 ? none : { vary: 'Origin' };
  const shared: Headers = {
    ...unknown,
    ...(config.credentials ? { 'access-control-allow-credentials': 'true' } : none),
    ...(config.exposeHeaders.length > 0 ? { 'access-control-expose-headers': config.exposeHeaders.join(', ') } : none),
  };
  const allows = (origin: string) => named === undefined || named.has(origin);

  return {
    allows,
    answerHeaders(head) {
      if (named?.size === 0) return none;
      const origin = head.header('origin');
      if (origin === undefined || !allows(origin)) return unknown;
      return { ...shared, 'access-control-allow-origin': named === undefined ? '*' : origin };
    },
    preflightHeaders(head) {
      if (!allows(head.header('origin') ?? '')) return none;
      const asked = head.header('access-control-request-headers') ?? '';
      const allowed = config.allowHeaders?.join(', ') ?? (headerNames.test(asked) ? asked : '');
      return {
        'access-control-allow-methods': 'GET, POST',
        'access-control-max-age': String(Math.floor(config.maxAge / 1_000)),
        ...(allowed === '' ? none : { 'access-control-allow-headers': allowed }),
      };
    },
  };
}
