import type { LimitsConfig } from '../../config/limits.ts';
import { GatewayError } from '../../errors.ts';
import type { OperationParams } from '../../operation/operation.ts';
import { parseJson, toParams } from '../parse-params.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What a client may say (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md#message-types). */
export type ClientMessage =
  | { readonly kind: 'init'; readonly payload: JsonObject }
  | { readonly kind: 'ping'; readonly payload: JsonObject | undefined }
  | { readonly kind: 'pong' }
  | { readonly kind: 'subscribe'; readonly id: string; readonly params: OperationParams }
  | { readonly kind: 'complete'; readonly id: string };

/** Ids are kept as long as their operations run; those of clients are UUIDs or shorter. */
const idMaxLength = 128;

/**
 * Reads one message. In the place of its text a document may be named by `documentId` or by its hash, as over HTTP.
 * @throws GatewayError `BAD_REQUEST` when it is none
 */
export function parseClientMessage(text: string, limits: Pick<LimitsConfig, 'jsonDepth'>): ClientMessage {
  const message = parseJson(text, 'message', limits);
  if (!isObject(message)) throw bad('The message must be a JSON object with a "type".');
  const { type } = message;
  switch (type) {
    case 'connection_init':
      return { kind: 'init', payload: payloadOf(message) ?? {} };
    case 'ping':
      return { kind: 'ping', payload: payloadOf(message) };
    case 'pong':
      payloadOf(message);
      return { kind: 'pong' };
    case 'subscribe':
      return { kind: 'subscribe', id: idOf(message), params: toParams(message['payload'], ' of the payload') };
    case 'complete':
      return { kind: 'complete', id: idOf(message) };
    default:
      throw bad('The "type" of the message is none that a client may send.');
  }
}

function idOf({ id }: JsonObject): string {
  if (typeof id === 'string' && id !== '' && id.length <= idMaxLength) return id;
  throw bad(`The "id" of the message must be a string of 1 to ${idMaxLength} characters.`);
}

function payloadOf({ payload = null }: JsonObject): JsonObject | undefined {
  if (payload === null) return undefined;
  if (isObject(payload)) return payload;
  throw bad('The "payload" of the message must be a JSON object.');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}
