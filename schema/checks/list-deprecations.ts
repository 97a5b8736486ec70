import { DEFAULT_DEPRECATION_REASON, parse } from 'graphql';
import { readString } from '../supergraph/directive.ts';
import { directivesOf, elementsOf } from '../supergraph/elements.ts';
import { readSunsets } from '../supergraph/read-sunsets.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';

/** Something that clients should use no more. */
export interface Deprecation {
  /** Such as `User.email`, `Query.user(id:)` or `Role.ADMIN`. */
  readonly coordinate: string;
  readonly reason: string;
  /** The day from which on it may be gone, such as `2027-01-31`; `undefined` where none is named. */
  readonly sunset: string | undefined;
}

/** All that is `@deprecated` for clients, in the order of the schema. */
export function listDeprecations({ sdl, publicSdl }: Pick<Supergraph, 'sdl' | 'publicSdl'>): readonly Deprecation[] {
  const sunsets = readSunsets(sdl);
  const deprecations: Deprecation[] = [];
  for (const { coordinate, node } of elementsOf(parse(publicSdl, { noLocation: true }))) {
    const directive = directivesOf(node).find(({ name }) => name.value === 'deprecated');
    if (directive === undefined) continue;
    const reason = readString(directive, 'reason') ?? DEFAULT_DEPRECATION_REASON;
    deprecations.push({ coordinate, reason, sunset: sunsets.get(coordinate)?.on });
  }
  return deprecations;
}
