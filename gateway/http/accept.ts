import { GatewayError } from '../errors.ts';

/** What kinds of answer a client takes. */
export interface Accepted {
  /** One JSON body. */
  readonly result: boolean;
  /** A stream of events. */
  readonly stream: boolean;
}

const graphqlType = 'application/graphql-response+json';
const resultTypes = [graphqlType, 'application/json'];
const streamTypes = ['text/event-stream', 'multipart/mixed'];
const acceptMaxEntries = 50;

/** Reads an `Accept` header (https://www.rfc-editor.org/rfc/rfc9110#name-accept); none at all takes anything but a stream. */
export function readAccepted(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === '') return { result: true, stream: false };
  const ranges = accept.toLowerCase().split(',', acceptMaxEntries).filter(isWanted).map(toMediaRange);
  const matches = (types: readonly string[]) => types.some((type) => ranges.some((range) => covers(range, type)));
  return { result: matches(resultTypes), stream: ranges.some((range) => streamTypes.includes(range)) };
}

/** The media type of an answer that has no data: the one of GraphQL where it is named, else plain JSON. */
export function toRefusalType(accept: string | undefined): string {
  return `${accept?.includes(graphqlType) === true ? graphqlType : 'application/json'}; charset=utf-8`;
}

/** @throws GatewayError NOT_ACCEPTABLE when nothing that the gateway can answer is accepted: nothing must run for such a client. */
export function assertAcceptable(accepted: Accepted): void {
  if (accepted.result || accepted.stream) return;
  throw new GatewayError(
    'NOT_ACCEPTABLE',
    'Send "Accept: application/graphql-response+json" or "application/json", or "text/event-stream" for subscriptions.',
  );
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
