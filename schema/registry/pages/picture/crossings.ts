import type { Outline, OutlineType } from '../../outline/outline.ts';

/** What the picture of a graph shows: types that several subgraphs have in common. */
export interface Crossings {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What is left out because nobody could read it any more. */
  readonly hidden: { readonly columns: number; readonly rows: number };
}

/** A subgraph. */
export interface Column {
  readonly name: string;
  /** How many types it has. */
  readonly types: number;
  /** How many of them others have, too. */
  readonly shared: number;
}

/** A type in the subgraphs that have it. */
export interface Row {
  readonly name: string;
  /** Loaded from several by a key, or known to several as a whole. */
  readonly kind: 'entity' | 'value';
  /** In the order of the columns. */
  readonly stitches: readonly Stitch[];
}

/** Where a type meets a subgraph. */
export interface Stitch {
  /** The column's place. */
  readonly column: number;
  readonly subgraph: string;
  /** Fields that it answers there, keys not counted; none where it only points to the type. */
  readonly fields: readonly string[];
}

/** As much as can be read. */
export const columnsMost = 60;
export const rowsMost = 100;

/** So often rows and columns are put in order of each other; after it little changes any more. */
const turns = 12;

/** Finds the types that cross subgraphs; with a focus, only those of that subgraph. */
export function findCrossings({ types, subgraphs }: Outline, focus?: string): Crossings {
  const crossing = types
    .filter(isCrossing)
    .filter((type) => focus === undefined || type.subgraphs.includes(focus))
    .sort((a, b) => b.subgraphs.length - a.subgraphs.length);
  const shownTypes = crossing.slice(0, rowsMost);
  const met = focus === undefined ? subgraphs : [...new Set([focus, ...shownTypes.flatMap((type) => type.subgraphs)])];
  const sharedOf = countBySubgraph(crossing);
  const names = [...met].sort((a, b) => (sharedOf.get(b) ?? 0) - (sharedOf.get(a) ?? 0)).slice(0, columnsMost);
  const typesOf = countBySubgraph(types.filter(({ isRoot }) => !isRoot));
  const isShown = new Set(names);
  const visible = shownTypes.filter((type) => type.subgraphs.filter((name) => isShown.has(name)).length > 1);
  const { columns, rows } = inOrder(names, visible);
  return {
    columns: columns.map((name) => ({ name, types: typesOf.get(name) ?? 0, shared: sharedOf.get(name) ?? 0 })),
    rows: rows.map((type) => toRow(type, columns)),
    hidden: { columns: met.length - names.length, rows: crossing.length - visible.length },
  };
}

/** Root types are everywhere, and scalars and inputs bind nobody together. */
function isCrossing({ kind, isRoot, subgraphs }: OutlineType): boolean {
  return !isRoot && (kind === 'object' || kind === 'interface') && subgraphs.length > 1;
}

function countBySubgraph(types: readonly OutlineType[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of types.flatMap(({ subgraphs }) => subgraphs)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Puts what belongs together beside each other: each row where the middle of its columns is, and the other way round. */
function inOrder(names: readonly string[], types: readonly OutlineType[]) {
  let columns = [...names];
  let rows = [...types];
  for (let turn = 0; turn < turns; turn++) {
    const columnAt = new Map(columns.map((name, index) => [name, index]));
    rows = sortBy(rows, ({ subgraphs }) => meanOf(subgraphs.flatMap((name) => columnAt.get(name) ?? [])));
    const placesOf = new Map<string, number[]>(columns.map((name) => [name, []]));
    for (const [index, { subgraphs }] of rows.entries()) {
      for (const name of subgraphs) placesOf.get(name)?.push(index);
    }
    columns = sortBy(columns, (name) => meanOf(placesOf.get(name) ?? []));
  }
  return { columns, rows };
}

function meanOf(places: readonly number[]): number {
  if (places.length === 0) return Number.POSITIVE_INFINITY;
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

function sortBy<Item>(items: readonly Item[], placeOf: (item: Item) => number): Item[] {
  const placed = items.map((item) => ({ item, place: placeOf(item) }));
  return placed.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place)).map(({ item }) => item);
}

function toRow(type: OutlineType, columns: readonly string[]): Row {
  const { name, keys, fields, subgraphs } = type;
  const keyNames = new Set(keys.flatMap((key) => key.fields.match(/\w+/g) ?? []));
  const stitches = columns.flatMap((subgraph, column): readonly Stitch[] => {
    if (!subgraphs.includes(subgraph)) return [];
    const answered = fields.filter(({ sources }) => sources.some((source) => source.subgraph === subgraph));
    const own = answered.filter((field) => !keyNames.has(field.name));
    return [{ column, subgraph, fields: own.map((field) => field.name) }];
  });
  return { name, kind: keys.length > 0 ? 'entity' : 'value', stitches };
}
