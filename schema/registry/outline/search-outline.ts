import type { Outline, OutlineField, OutlineKind, OutlineType } from './outline.ts';

/** Something that a search found: a type, or a field, argument or value of one. */
export interface Match {
  readonly coordinate: string;
  readonly type: OutlineType;
  /** `undefined` where the type itself was found. */
  readonly field: OutlineField | undefined;
  /** `undefined` where it is no argument. */
  readonly argument: OutlineField | undefined;
}

/** What a search is for; all of it counts. */
export interface Search {
  /** Words, each of which a coordinate or its description must have. */
  readonly text: string;
  readonly subgraph?: string | undefined;
  readonly kind?: OutlineKind | undefined;
  /** What else must be so of a field, an argument or a value; types are not found then. */
  readonly isWanted?: ((field: OutlineField) => boolean) | undefined;
}

const mostWords = 6;

/** Finds what clients or teams look for in a schema, by the best first: names before descriptions, whole names before parts. */
export function searchOutline({ types }: Outline, search: Search): readonly Match[] {
  const words = search.text
    .toLowerCase()
    .split(/[\s.():]+/)
    .filter((word) => word !== '')
    .slice(0, mostWords);
  const ranked: { readonly match: Match; readonly rank: number }[] = [];
  for (const match of candidatesIn(types, search)) {
    const rank = rankOf(match, words);
    if (rank !== undefined) ranked.push({ match, rank });
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ match }) => match);
}

function* candidatesIn(types: readonly OutlineType[], { text, subgraph, kind, isWanted }: Search): Iterable<Match> {
  const onlyTypes = text.trim() === '' && isWanted === undefined;
  for (const type of types) {
    if (kind !== undefined && type.kind !== kind) continue;
    if (subgraph !== undefined && !type.subgraphs.includes(subgraph)) continue;
    if (isWanted === undefined) yield { coordinate: type.coordinate, type, field: undefined, argument: undefined };
    if (onlyTypes) continue;
    for (const field of type.fields) {
      if (subgraph !== undefined && !field.sources.some((source) => source.subgraph === subgraph)) continue;
      for (const argument of [undefined, ...field.arguments]) {
        const found = argument ?? field;
        if (isWanted?.(found) !== false) yield { coordinate: found.coordinate, type, field, argument };
      }
    }
  }
}

/** Less is better; `undefined` where a word is missing. */
function rankOf({ coordinate, type, field, argument }: Match, words: readonly string[]): number | undefined {
  const found = argument ?? field ?? type;
  const place = coordinate.toLowerCase();
  const name = found.name.toLowerCase();
  // Where nothing is looked for, operations are begun with.
  let rank = words.length === 0 && type.isRoot ? -1 : 0;
  for (const word of words) {
    const step =
      name === word ? 0 : name.startsWith(word) ? 1 : name.includes(word) ? 2 : place.includes(word) ? 3 : undefined;
    if (step !== undefined) rank += step;
    else if (found.description?.toLowerCase().includes(word) === true) rank += 10;
    else return undefined;
  }
  // Of what is named alike the outer comes first.
  return rank * 3 + (argument === undefined ? (field === undefined ? 0 : 1) : 2);
}
