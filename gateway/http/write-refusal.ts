import type { ServerResponse } from 'node:http';
import type { GatewayError } from '../errors.ts';
import { toRefusalType } from './accept.ts';
import { sendWhole } from './send-whole.ts';

/** Answers a request that never reached GraphQL as GraphQL answers errors, so that clients need one way to read them. */
export function writeRefusal(response: ServerResponse, refusal: GatewayError): void {
  const headers = {
    ...refusal.headers,
    'content-type': toRefusalType(response.req.headers.accept),
    'cache-control': 'no-store',
  };
  sendWhole(response, refusal.status, headers, toRefusalText(refusal));
}

/** The body of a refusal. */
export function toRefusalText({ code, message, extensions, errors = [{ message }] }: GatewayError): string {
  return JSON.stringify({
    errors: errors.map((error) => ({ ...error, extensions: { code, ...extensions, ...error.extensions } })),
  });
}
