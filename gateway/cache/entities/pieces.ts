import { hash } from 'node:crypto';
import type { RoutedFetch } from '../../transport/endpoints/router.ts';
import type { EntityList, FetchRequest } from '../../transport/send.ts';
import type { FetchShape, FieldShape, ListShape, PieceShape } from './fetch-shape.ts';

/** A part of an answer that is kept by itself: an entity, or a root field. */
export interface Piece {
  readonly shape: PieceShape;
  readonly place: PiecePlace;
  /** Under which it is known to everybody; `undefined` when it never is. */
  readonly everybodysKey: string | undefined;
  /** Under which it is known to who asks, or to all who bring no credentials; `undefined` when it never is. */
  readonly ownKey: string | undefined;
}

export type PiecePlace =
  | { readonly kind: 'entity'; readonly list: ListShape; readonly index: number; readonly representation: string }
  | { readonly kind: 'field'; readonly field: FieldShape };

/** Who asks, as far as it matters to what is kept. */
export interface Requester {
  readonly hasCredentials: boolean;
  /** Equal for who may be given the same. */
  readonly key: string;
  /** The headers that are sent, without those that tell who asks, and the group of endpoints where that is on trial. */
  readonly headers: string;
  /** The group of endpoints on trial that is asked. */
  readonly trial: string | undefined;
}

export interface PieceOptions {
  /** What everything depends on: the supergraph and the subgraph. */
  readonly origin: string;
  readonly requester: Requester;
}

/** What of the headers of a client counts. */
export interface RequesterOptions {
  /** The headers that a subgraph is sent for a client, names and values in turn. */
  readonly headersFor: (client: ReadonlyMap<string, string>) => readonly string[];
  /** Names, in lower case, of the headers by which clients say who they are. */
  readonly credentials: readonly string[];
  /** Names of those by which it is chosen who answers. */
  readonly routing: readonly string[];
  /** Whether no answer depends on a header. */
  readonly isIgnored: (name: string) => boolean;
  /** The group of endpoints on trial that a fetch goes to. */
  readonly trialOf: (fetch: RoutedFetch) => string | undefined;
}

/** Who asks: the identity that was verified, with whatever else may tell a subgraph who it is. */
export function toRequester(fetch: RoutedFetch, options: RequesterOptions): Requester {
  const { headersFor, credentials, routing, isIgnored, trialOf } = options;
  const { identityKey, headers } = fetch.client;
  const trial = trialOf(fetch);
  const own = [identityKey ?? null, ...credentials.map((name) => headers.get(name) ?? null)];
  const common = routing.map((name) => headers.get(name) ?? null);
  const sent = headersFor(headers);
  for (let index = 0; index + 1 < sent.length; index += 2) {
    const name = sent[index] ?? '';
    const value = sent[index + 1] ?? null;
    if (credentials.includes(name)) own.push(name, value);
    else if (!isIgnored(name)) common.push(name, value);
  }
  if (trial !== undefined) common.push('trial', trial);
  const hasCredentials = own.some((one) => one !== null);
  return {
    hasCredentials,
    key: hasCredentials ? JSON.stringify(own) : 'strangers',
    headers: common.length === 0 ? '' : JSON.stringify(common),
    trial,
  };
}

/** The pieces of a fetch, in the order of its answer; `undefined` when it is not to be taken apart. */
export function toPieces(
  shape: Extract<FetchShape, { kind: 'entities' | 'fields' }>,
  fetch: FetchRequest,
  options: PieceOptions,
): readonly Piece[] | undefined {
  switch (shape.kind) {
    case 'entities': {
      const pieces: Piece[] = [];
      for (const [position, list] of shape.lists.entries()) {
        const texts = representationsOf(list, position, fetch);
        if (texts === undefined || !addEntities(pieces, list, texts, fetch, options)) return undefined;
      }
      return pieces;
    }
    case 'fields':
      return shape.fields.map((field) => {
        const toKey = createKeys(field, fetch, options);
        return { shape: field, place: { kind: 'field', field }, ...toKey(field, '') };
      });
    default:
      return shape satisfies never;
  }
}

/** Whether all types are known. */
function addEntities(
  pieces: Piece[],
  list: ListShape,
  texts: readonly string[],
  fetch: FetchRequest,
  options: PieceOptions,
): boolean {
  const toKeys = createKeys(list, fetch, options);
  for (const [index, representation] of texts.entries()) {
    const shape = list.pieceOf(representedType(representation));
    if (shape === undefined) return false;
    pieces.push({ shape, place: { kind: 'entity', list, index, representation }, ...toKeys(shape, representation) });
  }
  return true;
}

type Keys = Pick<Piece, 'everybodysKey' | 'ownKey'>;

/** Gives the keys of the pieces of one part of a fetch. */
function createKeys(
  { digest, variables }: Pick<ListShape, 'digest' | 'variables'>,
  fetch: FetchRequest,
  { origin, requester }: PieceOptions,
): (shape: PieceShape, representation: string) => Keys {
  const values = variables.length === 0 ? undefined : variables.map((name) => toValue(name, fetch.variables?.[name]));
  const start = JSON.stringify([origin, digest, values, requester.headers]);
  const everybody = hash('sha256', start, 'base64url');
  const own = hash('sha256', `${start}${requester.key}`, 'base64url');
  return ({ policy: { policy } }, representation) => {
    const isNobodys = policy.maxAgeMs <= 0;
    const isEverybodys = !isNobodys && policy.scope !== 'private';
    const isOwn = !isNobodys && policy.scope !== 'public' && (policy.scope === 'unstated' || requester.hasCredentials);
    return {
      everybodysKey: isEverybodys ? hash('sha256', everybody + representation, 'base64url') : undefined,
      ownKey: isOwn ? hash('sha256', own + representation, 'base64url') : undefined,
    };
  };
}

/** A variable that is left out is not one that is `null`: what it is for may have a default. */
function toValue(name: string, value: unknown): readonly unknown[] {
  return value === undefined ? [name] : [name, value];
}

const typeStart = '{"__typename":"';

/** The type that a representation names; engines write it first. */
export function representedType(representation: string): string {
  if (representation.startsWith(typeStart)) {
    return representation.slice(typeStart.length, representation.indexOf('"', typeStart.length));
  }
  const { __typename: type } = JSON.parse(representation) as { readonly __typename?: unknown };
  return String(type);
}

/** The representations of a list of entities as text, their members in one order. */
export function representationsOf(
  { variable }: EntityList,
  position: number,
  { representations, variables }: FetchRequest,
): readonly string[] | undefined {
  const known = representations?.[position];
  if (known !== undefined) return known;
  const values = variables?.[variable];
  return Array.isArray(values) ? values.map((value) => JSON.stringify(toOrdered(value))) : undefined;
}

function toOrdered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOrdered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, toOrdered(member)]));
}
