import { type DocumentNode, parse } from 'graphql';
import { readString } from './directive.ts';
import { directivesOf, elementsOf } from './elements.ts';
import { isSunsetDate, sunsetOf } from './sunset.ts';

/** When something of a schema may be gone. */
export interface Sunset {
  /** The day, such as `2027-01-31`. */
  readonly on: string;
  /** The day since when it is deprecated, where that is known. */
  readonly since: string | undefined;
  /** What `@deprecated` beside it says; `undefined` when it says nothing. */
  readonly reason: string | undefined;
}

/**
 * What has a `@sunset` in a supergraph, by coordinate, such as `User.email` or `Query.user(id:)`.
 * @throws GraphQLError when a text is given that is not SDL
 */
export function readSunsets(supergraph: string | DocumentNode): ReadonlyMap<string, Sunset> {
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  const sunsets = new Map<string, Sunset>();
  for (const { coordinate, node } of elementsOf(document)) {
    const on = sunsetOf(node);
    // Who composes elsewhere may mean something else by it.
    if (on === undefined || !isSunsetDate(on)) continue;
    const [sunset, deprecated] = ['sunset', 'deprecated'].map((wanted) =>
      directivesOf(node).find(({ name }) => name.value === wanted),
    );
    const since = sunset && readString(sunset, 'since');
    sunsets.set(coordinate, {
      on,
      since: since !== undefined && isSunsetDate(since) ? since : undefined,
      reason: deprecated && readString(deprecated, 'reason'),
    });
  }
  return sunsets;
}
