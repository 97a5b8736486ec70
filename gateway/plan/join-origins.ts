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

/**
 * Joins origins of one fetch that load the same objects by the same keys: they were found to be needed apart, as some of them need other
 * fields first. Those that cannot be joined stay alone.
 */
export function joinOrigins(origins: readonly EntityOrigin[], places: Places): readonly JoinedOrigins[] {
  const alone = origins.map((origin): JoinedOrigins => ({ origins: [origin], selection: origin.selection }));
  if (origins.length < 2 || origins.every(({ required }) => required.length === 0)) return alone;
  const joined = new Map<string, JoinedOrigins>();
  for (const [index, one] of alone.entries()) {
    const [origin] = one.origins;
    const id = origin === undefined ? '' : identify(origin, places);
    const found = joined.get(id);
    const both = found && joinBoth(found, one);
    joined.set(found !== undefined && both === undefined ? `${id} ${index}` : id, both ?? one);
  }
  return [...joined.values()];
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
