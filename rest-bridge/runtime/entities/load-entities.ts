import type { AnswerReader } from '../answer/answer-reader.ts';
import type { BuildRequest } from '../request/compile-call.ts';
import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';
import type { EntityAnswer, EntityKey, ScopeCalls } from '../scope-calls.ts';
import type { Identify } from '../values/identify.ts';
import { isRecord } from '../values/is-record.ts';

/**
 * Loads entities: for each key, in order, its answer or why there is none.
 *
 * @throws RestError when the call for all of them failed.
 */
export type LoadEntities = (
  keys: readonly EntityKey[],
  calls: ScopeCalls,
) => Promise<readonly (EntityAnswer | Error)[]>;

/** Finds the answer to each key among the items of a bulk answer. */
export type MatchItems = (items: readonly unknown[], keys: readonly EntityKey[]) => readonly (EntityAnswer | Error)[];

/** One call for one entity. */
export function loadOne(build: BuildRequest, read: AnswerReader): LoadEntities {
  return async ([key], calls) => {
    const request = key && build({ args: {}, source: key.source, sources: [] });
    if (!request) return [null];
    const item = read(await calls.read(request, key.caller));
    if (item !== null && !isRecord(item)) throw unusable('something that is not an object');
    return [item];
  };
}

/** One call for many entities. */
export function loadMany(build: BuildRequest, read: AnswerReader, match: MatchItems): LoadEntities {
  return async (keys, calls) => {
    const [first] = keys;
    const request = first && build({ args: {}, source: undefined, sources: keys.map(({ source }) => source) });
    const items = request ? read(await calls.read(request, first.caller)) : null;
    if (items === null) return keys.map(() => null);
    if (!Array.isArray(items)) throw unusable('something that is not a list of entities');
    if (items.length > restLimits.listItems) throw unusable(`a list of more than ${restLimits.listItems} entities`);
    return match(items, keys);
  };
}

/** Items that say whose they are: keys without one have no entity, items that nobody asked for are left out. */
export function matchByKey(identifyItem: Identify, identifyKey: Identify): MatchItems {
  return (items, keys) => {
    const byId = new Map<string, EntityAnswer>();
    for (const item of items) {
      const id = identifyItem(item);
      if (isRecord(item) && id !== undefined && !byId.has(id)) byId.set(id, item);
    }
    return keys.map(({ source }) => byId.get(identifyKey(source) ?? '') ?? null);
  };
}

/** Items in the order of the keys, each checked against its key as far as it says whose it is. */
export function matchByOrder(identify: Identify): MatchItems {
  return (items, keys) => {
    if (items.length !== keys.length) throw unusable(`${items.length} entities for ${keys.length} keys`);
    return keys.map(({ source }, index) => {
      const item = items[index];
      if (item === null) return null;
      if (!isRecord(item)) return unusable('something that is not an object');
      const id = identify(item);
      return id === undefined || id === identify(source) ? item : unusable('another entity than the one asked for');
    });
  };
}

function unusable(what: string): RestError {
  return new RestError('SUBGRAPH_INVALID_RESPONSE', `The subgraph answered ${what}.`);
}
