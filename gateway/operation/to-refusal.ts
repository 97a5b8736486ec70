import type { GraphQLFormattedError, SourceLocation } from 'graphql';
import { type ErrorCode, errorCodes, GatewayError } from '../errors.ts';
import { shorten } from './shorten.ts';

/** Most errors that one refusal lists. */
export const errorsMaxCount = 20;

/** Most bytes of JSON that the listed errors make together: a refusal stays under 10 KB. */
const errorsMaxBytes = 8_000;

const locationsMaxCount = 3;

/** One thing to tell a client about its document or its variables. */
export interface Finding {
  readonly message: string;
  readonly locations?: readonly SourceLocation[] | undefined;
}

/** The refusal that lists the findings: shortened, at most 20, in under 10 KB. Its message is that of the first. */
export function toRefusal(code: ErrorCode, findings: readonly Finding[]): GatewayError {
  const errors: GraphQLFormattedError[] = [];
  let bytes = 0;
  for (const { message, locations = [] } of findings.slice(0, errorsMaxCount)) {
    const json = JSON.stringify({
      message: shorten(message),
      ...(locations.length > 0 && { locations: locations.slice(0, locationsMaxCount) }),
      extensions: { code },
    });
    bytes += Buffer.byteLength(json);
    if (bytes > errorsMaxBytes) break;
    // Parsed again because a part of a string keeps the whole of it alive, and refusals are cached.
    errors.push(JSON.parse(json));
  }
  return new GatewayError(code, errors[0]?.message ?? errorCodes[code].meaning, { errors });
}
