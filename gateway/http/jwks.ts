import type { ServerResponse } from 'node:http';
import { sendWhole } from './send-whole.ts';

/** Where the keys are that the gateway signs with. */
export const jwksPath = '/.well-known/jwks.json';

/** Answers a JSON Web Key Set (https://www.rfc-editor.org/rfc/rfc7517#section-8.5.2). */
export function writeJwks(response: ServerResponse, jwks: string): void {
  // Whoever meets a key that is not in there asks again: the rest of the minute is for crowds.
  const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=60' };
  sendWhole(response, 200, headers, jwks);
}
