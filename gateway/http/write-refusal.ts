import type { ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
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
export function toRefusalText(refusal: GatewayError): string {
  return JSON.stringify({ errors: toErrors(refusal) });
}

/** The errors of a refusal, as clients see them. */
export function toErrors(refusal: GatewayError): readonly GraphQLFormattedError[] {
  const { code, message, extensions, errors = [{ message }] } = refusal;
  return errors.map((error) => ({ ...error, extensions: { code, ...extensions, ...error.extensions } }));
}
