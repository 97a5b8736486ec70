import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';

/** The media types of a whole answer. */
export type ResultType = 'application/graphql-response+json' | 'application/json';

/** What kinds of answer a client takes. */
export interface Accepted {
  /** One JSON body, of this type; `undefined` when the client takes none. */
  readonly resultType: ResultType | undefined;
  /** A stream of events. */
  readonly stream: boolean;
}

const graphqlType = 'application/graphql-response+json';
/** In the order in which a range that covers both prefers them. */
const resultTypes: readonly ResultType[] = ['application/json', graphqlType];
const streamTypes = ['text/event-stream', 'multipart/mixed'];
const acceptMaxEntries = 50;

/** Clients send one of a few texts, each of them again and again. */
const known = new LRUCache<string, Accepted>({ max: 100 });
const knownMaxLength = 200;

/** Reads an `Accept` header (https://www.rfc-editor.org/rfc/rfc9110#name-accept); none at all takes anything but a stream. */
export function readAccepted(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === '') return { resultType: 'application/json', stream: false };
  const found = known.get(accept);
  if (found !== undefined) return found;
  const accepted = parseAccept(accept);
  if (accept.length <= knownMaxLength) known.set(accept, accepted);
  return accepted;
}

/** The content type of an answer that is not of an operation: that of GraphQL where it is named, else plain JSON. */
export function toRefusalType(accept: string | undefined): string {
  return toContentType(accept?.includes(graphqlType) === true ? graphqlType : 'application/json');
}

/** The `Content-Type` header for a media type of answers. */
export function toContentType(type: ResultType): string {
  return `${type}; charset=utf-8`;
}

/** @throws GatewayError NOT_ACCEPTABLE when nothing that the gateway can answer is accepted: nothing must run for such a client. */
export function assertAcceptable({ resultType, stream }: Accepted): void {
  if (resultType !== undefined || stream) return;
  throw new GatewayError(
    'NOT_ACCEPTABLE',
    'Send "Accept: application/graphql-response+json" or "application/json", or "text/event-stream" for subscriptions.',
  );
}

/** Of the types that a client takes, the one that it names first counts, whatever its weight. */
function parseAccept(accept: string): Accepted {
  const ranges = accept.toLowerCase().split(',', acceptMaxEntries).filter(isWanted).map(toMediaRange);
  const first = ranges.find((range) => resultTypes.some((type) => covers(range, type)));
  return {
    resultType: first === undefined ? undefined : resultTypes.find((type) => covers(first, type)),
    stream: ranges.some((range) => streamTypes.includes(range)),
  };
}

/** Only utf-8 is written, and a weight of zero means "not this one". */
function isWanted(entry: string): boolean {
  const parameters = entry.split(';').slice(1);
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=', 2).map((part) => part.trim());
    if (name === 'q') return Number(value) > 0;
    return name !== 'charset' || value.replaceAll('"', '') === 'utf-8';
  });
}

function toMediaRange(entry: string): string {
  return (entry.split(';', 1)[0] ?? '').trim();
}

function covers(range: string, type: string): boolean {
  return range === type || range === '*/*' || range === `${type.split('/', 1)[0]}/*`;
}
