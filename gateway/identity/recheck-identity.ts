import { GatewayError } from '../errors.ts';
import type { Identity } from './identity.ts';

type Known = Pick<Identity, 'key' | 'expiresAtMs'>;

/**
 * Looks again at the credentials of who still has something open; gives the refusal when they have ended, were revoked, or are somebody
 * else's by now. Credentials that cannot be verified at the moment count until they end.
 */
export async function recheckIdentity(
  identifyAnew: () => Known | Promise<Known>,
  known: Known,
  nowMs: number,
): Promise<GatewayError | undefined> {
  if (known.expiresAtMs !== undefined && known.expiresAtMs <= nowMs) return ended();
  try {
    const { key } = await identifyAnew();
    return key === known.key ? undefined : ended();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return error.code === 'UNAUTHENTICATED' ? ended(error) : undefined;
  }
}

function ended(cause?: unknown): GatewayError {
  return new GatewayError('UNAUTHENTICATED', 'Your credentials do not count any more. Sign in and try again.', {
    cause,
  });
}
