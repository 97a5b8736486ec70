import { errors } from 'jose';
import { StoreError } from '../../schema/registry/store/store-error.ts';
import { GatewayError } from '../errors.ts';
import { NotAccepted } from '../identity/not-accepted.ts';

/**
 * What to tell an operator whose files could not be used: what is thrown for them to read is an `Error` of no further kind.
 * @throws what is no fault of theirs
 */
export function messagesOf(error: unknown): readonly string[] {
  if (error instanceof GatewayError) return (error.errors ?? [error]).map(({ message }) => message);
  if (error instanceof errors.JOSEError) return [`The token cannot be read: ${error.message}.`];
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  const isTheirs =
    error instanceof NotAccepted ||
    error instanceof StoreError ||
    error instanceof SyntaxError ||
    error.constructor === Error ||
    'code' in error;
  if (isTheirs) return [error.message];
  throw error;
}
