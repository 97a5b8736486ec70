import { GatewayError } from '../errors.ts';

const pattern = /^[\x20-\x7e]{1,255}$/;

/**
 * The key that a client sent, in quotes or, as many clients do, without; `undefined` when there is none
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header).
 * @throws GatewayError BAD_REQUEST
 */
export function readIdempotencyKey(headers: ReadonlyMap<string, string>): string | undefined {
  const value = headers.get('idempotency-key')?.trim();
  if (value === undefined) return undefined;
  const key = /^".*"$/.test(value) ? value.slice(1, -1) : value;
  if (pattern.test(key)) return key;
  throw new GatewayError(
    'BAD_REQUEST',
    'The header Idempotency-Key must be 1 to 255 printable ASCII characters, such as a UUID.',
  );
}
