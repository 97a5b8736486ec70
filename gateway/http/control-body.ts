import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { isRecordId, parseRecordJson } from '../store/record-json.ts';
import type { RecordKind, StoredRecord } from '../store/record-store.ts';
import { meetExpectation } from './admission.ts';
import { parseMediaType } from './media-type.ts';
import { readBody } from './read-body.ts';
import { toRequestHead } from './request-head.ts';

/** A record is a few words. */
const bodyMaxBytes = 16 * 1024;

/**
 * The record that an operator sends to a path: `{ "value": ..., "expiresAt": "2030-01-31T12:00:00Z" }`.
 * @throws GatewayError `UNSUPPORTED_MEDIA_TYPE` for what is not JSON, `PAYLOAD_TOO_LARGE`, `BAD_REQUEST`
 */
export async function readControlBody(
  request: IncomingMessage,
  response: ServerResponse,
  kind: RecordKind,
  id: string,
): Promise<StoredRecord> {
  if (!isRecordId(id)) {
    throw new GatewayError('BAD_REQUEST', 'The id must be 1 to 128 letters, digits and the characters _ . ~ -.');
  }
  const body = await readControlJson(request, response, bodyMaxBytes);
  const record = typeof body === 'object' ? parseRecordJson(kind, { ...body, id }) : undefined;
  if (record !== undefined) return record;
  const advice = 'The body must be an object with a value, and may have an expiresAt such as 2030-01-31T12:00:00Z.';
  throw new GatewayError('BAD_REQUEST', advice);
}

/**
 * What an operator sends as JSON.
 * @throws GatewayError `UNSUPPORTED_MEDIA_TYPE` for what is not JSON, `PAYLOAD_TOO_LARGE`, `BAD_REQUEST`
 */
export async function readControlJson(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<unknown> {
  // A form of a web page cannot send this type.
  if (parseMediaType(request.headers['content-type'] ?? '')?.essence !== 'application/json') {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as application/json.');
  }
  meetExpectation(request, response, maxBytes);
  return parseJson(await readBody(request, toRequestHead(request), maxBytes));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'The body is not JSON.', { cause });
  }
}
