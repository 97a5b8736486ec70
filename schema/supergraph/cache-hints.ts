import { type ConstDirectiveNode, type DefinitionNode, Kind, parse } from 'graphql';
import { createDirective, readArgument, readString } from './directive.ts';

/** What `@cacheControl` says of a type or a field, as clients of other gateways know it. */
interface CacheHint {
  /** Seconds; `undefined` where nothing is said. */
  readonly maxAge: number | undefined;
  readonly scope: 'PUBLIC' | 'PRIVATE' | undefined;
  /** Whether a field is as fresh as what it is in. */
  readonly inheritMaxAge: boolean;
}

/** What is said of caching at one place of a schema. */
export interface CacheHints {
  readonly hint: CacheHint | undefined;
  /** The formats of `@cacheTag`, such as `product-{$key.upc}`. */
  readonly tags: readonly string[];
}

/** What says nothing. */
export const noCacheHints: CacheHints = { hint: undefined, tags: [] };

/** The identity of the feature that the directives are. */
export const cacheIdentity = 'https://overlock.dev/cacheControl';

/** Names the directives in a supergraph. It has no purpose (`for:`), so other routers may read the SDL and ignore it. */
export const cacheFeature = createDirective('link', { url: `${cacheIdentity}/v0.1`, import: ['@cacheTag'] });

/** What a supergraph defines that uses them. The type is hidden from clients by the name of the feature. */
export const cacheDefinitions: readonly DefinitionNode[] = parse(
  /* GraphQL */ `
    enum cacheControl__Scope {
      PUBLIC
      PRIVATE
    }
    directive @cacheControl(
      maxAge: Int
      scope: cacheControl__Scope
      inheritMaxAge: Boolean
    ) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
    directive @cacheTag(format: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE
  `,
  { noLocation: true },
).definitions;

/** Names of the two directives in one document. */
export interface CacheDirectiveNames {
  readonly control: ReadonlySet<string>;
  readonly tag: ReadonlySet<string>;
}

/** What the directives at one place say; of several the least counts. */
export function cacheHintsOf(directives: readonly ConstDirectiveNode[], names: CacheDirectiveNames): CacheHints {
  let hints = noCacheHints;
  for (const directive of directives) {
    if (names.control.has(directive.name.value)) {
      hints = mergeCacheHints(hints, { hint: toHint(directive), tags: [] });
    } else if (names.tag.has(directive.name.value)) {
      const format = readString(directive, 'format');
      if (format !== undefined) hints = mergeCacheHints(hints, { hint: undefined, tags: [format] });
    }
  }
  return hints;
}

/** What holds where both are said: the least, and all tags. */
export function mergeCacheHints(one: CacheHints, other: CacheHints): CacheHints {
  return { hint: mergeHint(one.hint, other.hint), tags: [...new Set([...one.tags, ...other.tags])] };
}

/** The hints as directives of a supergraph. */
export function toCacheDirectives({ hint, tags }: CacheHints): readonly ConstDirectiveNode[] {
  const written = tags.toSorted().map((format) => createDirective('cacheTag', { format }));
  return hint === undefined ? written : [toDirective(hint), ...written];
}

function mergeHint(one: CacheHint | undefined, other: CacheHint | undefined): CacheHint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const maxAges = [one.maxAge, other.maxAge].filter((maxAge) => maxAge !== undefined);
  return {
    maxAge: maxAges.length === 0 ? undefined : Math.min(...maxAges),
    scope: one.scope === 'PRIVATE' || other.scope === 'PRIVATE' ? 'PRIVATE' : (one.scope ?? other.scope),
    inheritMaxAge: one.inheritMaxAge || other.inheritMaxAge,
  };
}

/** Who composes elsewhere may write what is no age: that is none at all. */
function toHint(directive: ConstDirectiveNode): CacheHint {
  const maxAge = readArgument(directive, 'maxAge') ?? undefined;
  const scope = readString(directive, 'scope');
  return {
    maxAge: maxAge === undefined ? undefined : isMaxAge(maxAge) ? maxAge : 0,
    scope: scope === 'PUBLIC' || scope === 'PRIVATE' ? scope : undefined,
    inheritMaxAge: readArgument(directive, 'inheritMaxAge') === true,
  };
}

/** Whether a value is an age in seconds. */
export function isMaxAge(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function toDirective({ maxAge, scope, inheritMaxAge }: CacheHint): ConstDirectiveNode {
  const directive = createDirective('cacheControl', {
    ...(maxAge !== undefined && { maxAge }),
    ...(inheritMaxAge && { inheritMaxAge }),
  });
  if (scope === undefined) return directive;
  const argument = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'scope' },
    value: { kind: Kind.ENUM, value: scope },
  } as const;
  return { ...directive, arguments: [...(directive.arguments ?? []), argument] };
}
