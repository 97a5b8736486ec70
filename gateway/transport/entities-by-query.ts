import { GatewayError } from '../errors.ts';
import { assembleEntities, type LookupCall, type WantedEntities, type WantedEntity } from './entity-answer.ts';
import { type EntityQuery, type LookupsByType, lookupName, type TypedLookup, toEntityQuery } from './entity-query.ts';
import { isRecord } from './is-record.ts';
import type { EntityList, FetchOperation, FetchRequest, Send } from './send.ts';

/** Most entities that one query looks up one by one; more become several queries. */
const singlesMost = 50;

/**
 * Lets a service without federation answer `_entities`: they become queries through its lookups, one for all entities that
 * are looked up by list and for up to fifty of the others. What is not found is `null`.
 * @throws GatewayError `INTERNAL_SERVER_ERROR` for a type that has no lookup.
 */
export function withEntityLookup(send: Send, subgraph: string, lookups: LookupsByType): Send {
  const queries = new WeakMap<FetchOperation, { readonly query: EntityQuery | undefined }>();
  return async (fetch) => {
    const known = queries.get(fetch.operation) ?? { query: toEntityQuery(fetch.operation) };
    queries.set(fetch.operation, known);
    const { query } = known;
    if (query === undefined) return send(fetch);
    const lists = query.lists.map((list) => ({ list, representations: representationsOf(list, fetch) }));
    const wanted = lists.flatMap(({ list, representations }) => groupByType(list, representations, lookups, subgraph));
    const calls = toCalls(wanted, query.hasRootFields);
    const results = await Promise.all(calls.map((call) => send(toFetch(fetch, query, call))));
    const lengths = lists.map(({ list, representations }) => [list.key, representations.length] as const);
    return assembleEntities(subgraph, lengths, calls, results);
  };
}

function representationsOf(list: EntityList, { variables }: FetchRequest): readonly unknown[] {
  const value = variables?.[list.variable];
  if (Array.isArray(value)) return value;
  throw new Error(`The variable $${list.variable} of "${list.key}" is not a list of representations.`);
}

function groupByType(
  list: EntityList,
  representations: readonly unknown[],
  lookups: LookupsByType,
  subgraph: string,
): WantedEntities[] {
  const groups = new Map<string, { readonly lookup: TypedLookup; readonly byKey: Map<string, WantedEntity> }>();
  for (const [position, representation] of representations.entries()) {
    if (!isRecord(representation)) throw new Error('A representation is not an object.');
    const type = String(representation['__typename']);
    const lookup = lookups.get(type);
    if (lookup === undefined) throw missingLookup(subgraph, type);
    const key = representation[lookup.key];
    if (key === undefined || key === null) continue;
    const group = groups.get(type) ?? { lookup, byKey: new Map() };
    groups.set(type, group);
    const entity = group.byKey.get(String(key)) ?? { key, positions: [] };
    group.byKey.set(String(key), entity);
    entity.positions.push(position);
  }
  return [...groups].map(([type, { lookup, byKey }]) => ({ list, type, lookup, entities: [...byKey.values()] }));
}

/** The first call takes all that one call may hold, the others the entities that are looked up one by one and left over. */
function toCalls(wanted: readonly WantedEntities[], hasRootFields: boolean): LookupCall[] {
  const byList = wanted.filter(({ lookup }) => lookup.list);
  const chunks = chunkSingles(wanted.filter(({ lookup }) => !lookup.list));
  const [first = [], ...rest] = chunks;
  const calls = [{ wanted: [...byList, ...first], withRootFields: hasRootFields }];
  for (const chunk of rest) calls.push({ wanted: chunk, withRootFields: false });
  return calls.filter((call) => call.withRootFields || call.wanted.length > 0);
}

function chunkSingles(wanted: readonly WantedEntities[]): WantedEntities[][] {
  const chunks: WantedEntities[][] = [];
  let free = 0;
  for (const group of wanted) {
    for (let start = 0; start < group.entities.length; ) {
      if (free === 0) {
        chunks.push([]);
        free = singlesMost;
      }
      const entities = group.entities.slice(start, start + free);
      chunks.at(-1)?.push({ ...group, entities });
      start += entities.length;
      free -= entities.length;
    }
  }
  return chunks;
}

function toFetch(fetch: FetchRequest, query: EntityQuery, call: LookupCall): FetchRequest {
  const variables: Record<string, unknown> = { ...fetch.variables };
  for (const { variable } of query.lists) delete variables[variable];
  const uses = call.wanted.map(({ list, type, lookup, entities }, use) => {
    const keys = entities.map(({ key }) => key);
    const values = lookup.list ? [keys] : keys;
    for (const [index, value] of values.entries()) variables[lookupName(use, index)] = value;
    return { list, type, lookup, count: values.length };
  });
  const operation = query.queryFor(uses, call.withRootFields);
  return { ...fetch, operation, variables, variablesText: undefined };
}

function missingLookup(subgraph: string, type: string): GatewayError {
  const cause = new Error(
    `The subgraph "${subgraph}" is asked for the entity ${type} without knowing how; name a lookup for it under graph.subgraphs.${subgraph}.entities.${type}.`,
  );
  return new GatewayError('INTERNAL_SERVER_ERROR', `${type} cannot be loaded from the subgraph "${subgraph}".`, {
    cause,
  });
}
