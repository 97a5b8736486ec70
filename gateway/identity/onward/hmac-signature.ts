import { createHmac } from 'node:crypto';
import type { SignRequest } from './signable-request.ts';

export interface HmacSignatureOptions {
  /** In lower case. */
  readonly header: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Signs with `t=<seconds>,v1=<hex>`: the HMAC-SHA256 of four lines that end with LF but for the last one, namely the seconds since
 * the epoch, the method, path with query, and the body.
 */
export function createHmacSignature({ header, secret, now }: HmacSignatureOptions): SignRequest {
  return async ({ method, url, body = '' }) => {
    const { pathname, search } = new URL(url);
    const seconds = Math.floor(now() / 1_000);
    const mac = createHmac('sha256', secret).update(`${seconds}\n${method}\n${pathname}${search}\n`).update(body);
    return [header, `t=${seconds},v1=${mac.digest('hex')}`];
  };
}
