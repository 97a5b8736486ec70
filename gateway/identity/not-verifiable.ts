import { GatewayError } from '../errors.ts';

/** The refusal when whoever could verify credentials cannot be asked: they may be good, so it is not the client's doing. */
export function notVerifiable(cause: unknown): GatewayError {
  return new GatewayError('OVERLOADED', 'Your credentials cannot be verified at the moment. Try again in a second.', {
    cause,
    headers: { 'retry-after': '1' },
  });
}
