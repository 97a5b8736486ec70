import { GatewayError } from '../../errors.ts';
import type { Block } from './block.ts';

/** A block that a client has run into. */
export interface Hit {
  readonly block: Block;
  /** `Infinity` for one that lasts until it is lifted. */
  readonly remainingMs: number;
}

/** What to tell the client. */
export function toRefusal({ block, remainingMs }: Hit): GatewayError {
  const { what, name, reason, reasonIsPublic, share } = block;
  const seconds = Number.isFinite(remainingMs) ? Math.max(1, Math.ceil(remainingMs / 1_000)) : undefined;
  const wait = seconds === undefined ? 'ask who runs this API' : `try again in ${seconds} s`;
  if (share !== undefined) {
    const message = 'Most requests of this client are refused for now: send fewer, and try again in a while.';
    return new GatewayError('RATE_LIMITED', message, { headers: { 'retry-after': '10' } });
  }
  const coordinate = what === 'field' ? name : undefined;
  const subject = what === 'operation' ? 'This operation' : 'This client';
  const sentence =
    coordinate === undefined
      ? `${subject} is blocked for now: ${wait}.`
      : `"${coordinate}" is blocked for now: leave it out, or ${wait}.`;
  return new GatewayError('BLOCKED', reasonIsPublic ? `${sentence} Reason: ${reason}` : sentence, {
    headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
    extensions: {
      ...(coordinate !== undefined && { coordinate }),
      ...(seconds !== undefined && { retryAfter: seconds }),
    },
  });
}
