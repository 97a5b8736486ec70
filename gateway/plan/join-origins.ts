import type { EntityOrigin } from './draft.ts';
import type { FetchSelection } from './fetch-selection.ts';
import { isOneRepresentation } from './one-representation.ts';
import type { Places } from './places.ts';

/** Origins whose entities are those of the same objects, so that one list brings them. */
export interface JoinedOrigins {
  readonly origins: readonly EntityOrigin[];
  /** What all of them ask. */
  readonly selection: FetchSelection;
}

/** Origins of one fetch, each alone. */
export function toAlone(origins: readonly EntityOrigin[]): readonly JoinedOrigins[] {
  return origins.map((origin) => ({ origins: [origin], selection: origin.selection }));
}

/**
 * Joins those that load the same objects by the same keys: they were found to be needed apart, as some of them need other fields first.
 * Those that cannot be joined stay alone; `undefined` when that is all of them.
 */
export function joinOrigins(alone: readonly JoinedOrigins[], places: Places): readonly JoinedOrigins[] | undefined {
  if (alone.length < 2 || alone.every(({ origins: [one] }) => one?.required.length === 0)) return undefined;
  const joined = new Map<string, JoinedOrigins>();
  for (const [index, one] of alone.entries()) {
    const [origin] = one.origins;
    const id = origin === undefined ? '' : identify(origin, places);
    const found = joined.get(id);
    const both = found && joinBoth(found, one);
    joined.set(found !== undefined && both === undefined ? `${id} ${index}` : id, both ?? one);
  }
  return joined.size === alone.length ? undefined : [...joined.values()];
}

/** Equal for origins that load the same objects by the same keys. */
function identify({ objects, key, views }: EntityOrigin, places: Places): string {
  const ids = places.placesOf(objects).map(([{ id }]) => id);
  const keys = key.map(({ field, source }) => `${field.name} ${source?.link} ${source?.key}`);
  return [ids.sort((a, b) => a - b).join(' '), views.join(' '), ...keys].join('|');
}

function joinBoth(one: JoinedOrigins, other: JoinedOrigins): JoinedOrigins | undefined {
  const origins = [...one.origins, ...other.origins];
  if (!isOneRepresentation(origins.flatMap(({ key, required }) => [...key, ...required]))) return undefined;
  const selection = one.selection.joinedWith(other.selection);
  return selection && { origins, selection };
}
