import { GraphQLError } from 'graphql';
import { FieldError } from '../../execute/field-error.ts';
import { withText } from '../../transport/result-text.ts';
import type { FetchResult } from '../../transport/send.ts';
import type { CacheEntry } from '../store/cache-store.ts';
import type { Piece, PiecePlace } from './pieces.ts';

/** What there is of a piece. */
export type Part =
  /** What was kept. */
  | { readonly kind: 'kept'; readonly entry: CacheEntry; readonly isDegraded: boolean }
  /** What has just been fetched, and as JSON where it was written. */
  | { readonly kind: 'value'; readonly value: unknown; readonly text: string | undefined }
  | { readonly kind: 'failed'; readonly error: FieldError }
  /** The subgraph left it out, or its list is none. */
  | { readonly kind: 'missing' };

export interface Assembly {
  readonly pieces: readonly Piece[];
  readonly parts: readonly Part[];
  /** With the paths that the whole answer has. */
  readonly errors: readonly GraphQLError[];
  /** Whether others see the values too. */
  readonly isShared: boolean;
}

/** The answer that a fetch of all pieces would have brought. */
export function assemble(assembly: Assembly): FetchResult {
  const { pieces, parts, errors, isShared } = assembly;
  const failures = parts.flatMap((part, index) => {
    const place = pieces[index]?.place;
    return part.kind === 'failed' && place !== undefined ? [failAt(part.error, place)] : [];
  });
  const text = writeText(pieces, parts);
  const isKept = parts.every(({ kind }) => kind === 'kept');
  const { data } = text !== undefined && isKept ? parse(text) : { data: toData(pieces, parts) };
  const result: FetchResult = {
    data,
    ...(errors.length + failures.length > 0 && { errors: [...errors, ...failures] }),
    ...(isShared && { shared: true }),
    ...(parts.some((part) => part.kind === 'kept' && part.isDegraded) && { degraded: 'stale' }),
  };
  return withText(result, text);
}

/** An error at another place of the answer. */
export function atPlace(error: GraphQLError, place: PiecePlace): GraphQLError {
  const below = error.path?.slice(place.kind === 'entity' ? 2 : 1) ?? [];
  return new GraphQLError(error.message, { path: [...pathOf(place), ...below], extensions: error.extensions });
}

function failAt({ message, extensions, originalError }: FieldError, place: PiecePlace): FieldError {
  return new FieldError(message, { path: pathOf(place), extensions, originalError });
}

function pathOf(place: PiecePlace): readonly (string | number)[] {
  return place.kind === 'entity' ? [place.list.key, place.index] : [place.field.key];
}

/** By response key of the root, the numbers of the pieces below it. */
function byRoot(pieces: readonly Piece[]): ReadonlyMap<string, readonly number[]> {
  const roots = new Map<string, number[]>();
  for (const [index, { place }] of pieces.entries()) {
    const key = place.kind === 'entity' ? place.list.key : place.field.key;
    const known = roots.get(key);
    if (known === undefined) roots.set(key, [index]);
    else known.push(index);
  }
  return roots;
}

/** The whole as JSON, if all parts are known as JSON. */
function writeText(pieces: readonly Piece[], parts: readonly Part[]): string | undefined {
  const texts: string[] = [];
  for (const part of parts) {
    const text = part.kind === 'kept' ? part.entry.text : part.kind === 'value' ? part.text : undefined;
    if (text === undefined) return undefined;
    texts.push(text);
  }
  const members: string[] = [];
  for (const [key, numbers] of byRoot(pieces)) {
    const [first = 0] = numbers;
    const values = numbers.map((number) => texts[number] ?? 'null');
    members.push(`"${key}":${pieces[first]?.place.kind === 'entity' ? `[${values.join()}]` : values.join()}`);
  }
  return `{"data":{${members.join()}}}`;
}

function parse(text: string): { readonly data: Record<string, unknown> } {
  return JSON.parse(text) as { readonly data: Record<string, unknown> };
}

function toData(pieces: readonly Piece[], parts: readonly Part[]): Record<string, unknown> {
  const members: [string, unknown][] = [];
  for (const [key, numbers] of byRoot(pieces)) {
    const own = numbers.map((number) => parts[number]);
    const isWhole = own.every((part) => part?.kind !== 'missing');
    const [first = 0] = numbers;
    // A list that has not one entity for each brings none at all.
    if (pieces[first]?.place.kind === 'entity') members.push([key, isWhole ? own.map(readPart) : null]);
    else if (isWhole) members.push([key, readPart(own[0])]);
  }
  return Object.fromEntries(members);
}

function readPart(part: Part | undefined): unknown {
  switch (part?.kind) {
    case 'kept':
      return JSON.parse(part.entry.text);
    case 'value':
      return part.value;
    default:
      return null;
  }
}
