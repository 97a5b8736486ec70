import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import type { CacheHints } from '../../schema/supergraph/cache-hints.ts';
import { type CacheTagFormat, parseCacheTagFormat } from '../../schema/supergraph/cache-tag-format.ts';
import { readCacheHints } from '../../schema/supergraph/read-cache-hints.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { CacheConfig, CacheRule } from '../config/cache.ts';
import { createCoordinateMatcher } from '../policy/authorization/coordinate-pattern.ts';
import { type CachePolicy, mergePolicies, noLimits } from './cache-policy.ts';
import { mergeSaid, nothingSaid, type Said } from './said.ts';

/** What one field allows. */
export interface FieldPolicy {
  readonly policy: CachePolicy;
  /** Whether something is said for how long it may be stored; otherwise whoever answers it has to say so. */
  readonly isComplete: boolean;
}

/** Sets no limit, and needs nobody to. */
export const noFieldLimits: FieldPolicy = { policy: noLimits, isComplete: true };

/** What both allow. */
export function mergeFieldPolicies(one: FieldPolicy, other: FieldPolicy): FieldPolicy {
  if (other === noFieldLimits) return one;
  return { policy: mergePolicies(one.policy, other.policy), isComplete: one.isComplete && other.isComplete };
}

export interface CacheModelOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Pick<CacheConfig, 'rules' | 'defaultMaxAge' | 'staleWhileRevalidate' | 'staleIfError'>;
  /** Told which rules match nothing. */
  readonly onUnmatched?: (pattern: string) => void;
}

/**
 * What the directives of a supergraph and the rules of the configuration say of caching. A field has what is said of it, and else what is
 * said of the type that it returns; one that returns no objects is as fresh as what it is in. A root field, or a field that returns
 * objects, of which nothing is said has the default.
 */
export class CacheModel {
  readonly #schema: GraphQLSchema;
  readonly #config: CacheModelOptions['config'];
  readonly #said = new Map<string, Said>();
  readonly #policies = new Map<string, FieldPolicy>();

  constructor({ supergraph, schema, config, onUnmatched }: CacheModelOptions) {
    this.#schema = schema;
    this.#config = config;
    for (const [coordinate, hints] of readCacheHints(supergraph.sdl)) this.#say(coordinate, toSaid(hints));
    const coordinates = config.rules.length === 0 ? [] : [...coordinatesOf(schema)];
    for (const rule of config.rules) {
      const matches = createCoordinateMatcher(rule.fields);
      const matched = coordinates.filter(([type, field]) => matches(type, field));
      for (const [type, field] of matched) this.#say(field === undefined ? type : `${type}.${field}`, ruleSaid(rule));
      if (matched.length === 0) onUnmatched?.(rule.fields);
    }
  }

  /** Whether a type, or a field, has names by which it is removed; none for most. */
  tagsOf(coordinate: string): readonly CacheTagFormat[] {
    return this.#said.get(coordinate)?.tags ?? nothingSaid.tags;
  }

  /** What a field allows, wherever it is selected on `parent`. */
  policyOf(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldPolicy {
    const coordinate = `${parent.name}.${field.name}`;
    let policy = this.#policies.get(coordinate);
    if (policy === undefined) {
      policy = this.#work(parent, field);
      this.#policies.set(coordinate, policy);
    }
    return policy;
  }

  /** What an object of a type allows that is loaded by itself. */
  policyOfEntity(type: GraphQLNamedType): FieldPolicy {
    return this.#allowed(nothingSaid, this.#saidOfType(type), false);
  }

  #say(coordinate: string, said: Said): void {
    this.#said.set(coordinate, mergeSaid(this.#said.get(coordinate) ?? nothingSaid, said));
  }

  /** On an interface, any of its types may be the one that answers. */
  #work(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldPolicy {
    const own = this.#said.get(`${parent.name}.${field.name}`) ?? nothingSaid;
    if (!isInterfaceType(parent)) return this.#toPolicy(parent, field, own);
    return this.#schema.getPossibleTypes(parent).reduce((whole, type) => {
      const said = mergeSaid(own, this.#said.get(`${type.name}.${field.name}`) ?? nothingSaid);
      return mergeFieldPolicies(whole, this.#toPolicy(type, field, said));
    }, noFieldLimits);
  }

  #toPolicy(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>, own: Said): FieldPolicy {
    const returned = getNamedType(field.type);
    const type = this.#saidOfType(returned);
    const isRoot = parent === this.#schema.getQueryType();
    const inherits = !isRoot && (!isCompositeType(returned) || own.inherits || type.inherits);
    return this.#allowed(own, type, inherits);
  }

  #allowed(own: Said, type: Said, inherits: boolean): FieldPolicy {
    const { defaultMaxAge, staleWhileRevalidate, staleIfError } = this.#config;
    const maxAgeMs = own.maxAgeMs ?? type.maxAgeMs ?? (inherits || defaultMaxAge === 0 ? undefined : defaultMaxAge);
    // What has no age of its own has no limits of its own either, but those that are spelled out.
    const otherwise = (fallback: number) => (maxAgeMs === undefined ? Number.POSITIVE_INFINITY : fallback);
    return {
      isComplete: maxAgeMs !== undefined || inherits,
      policy: {
        ...noLimits,
        maxAgeMs: maxAgeMs ?? Number.POSITIVE_INFINITY,
        scope: own.scope ?? type.scope ?? (inherits ? 'public' : 'unstated'),
        staleWhileRevalidateMs:
          own.staleWhileRevalidateMs ?? type.staleWhileRevalidateMs ?? otherwise(staleWhileRevalidate),
        staleIfErrorMs: own.staleIfErrorMs ?? type.staleIfErrorMs ?? otherwise(staleIfError),
      },
    };
  }

  /** Of an abstract type, any of its types may be what is returned. */
  #saidOfType(type: GraphQLNamedType): Said {
    const own = this.#said.get(type.name) ?? nothingSaid;
    if (!isAbstractType(type)) return own;
    return this.#schema
      .getPossibleTypes(type)
      .reduce((said, { name }) => mergeSaid(said, this.#said.get(name) ?? nothingSaid), own);
  }
}

function toSaid({ hint, tags }: CacheHints): Said {
  return {
    ...nothingSaid,
    maxAgeMs: hint?.maxAge === undefined ? undefined : hint.maxAge * 1_000,
    scope: hint?.scope === undefined ? undefined : hint.scope === 'PUBLIC' ? 'public' : 'private',
    inherits: hint?.inheritMaxAge === true,
    tags: toFormats(tags),
  };
}

function ruleSaid({ maxAge, scope, inheritMaxAge, staleWhileRevalidate, staleIfError, tags = [] }: CacheRule): Said {
  return {
    maxAgeMs: maxAge,
    scope,
    inherits: inheritMaxAge === true,
    staleWhileRevalidateMs: staleWhileRevalidate,
    staleIfErrorMs: staleIfError,
    tags: toFormats(tags),
  };
}

/** Who composes elsewhere may have written what is no format. */
function toFormats(tags: readonly string[]): readonly CacheTagFormat[] {
  return tags.flatMap((tag) => parseCacheTagFormat(tag) ?? []);
}

function* coordinatesOf(schema: GraphQLSchema): Iterable<readonly [type: string, field: string | undefined]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    yield [type.name, undefined];
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.keys(type.getFields())) yield [type.name, field];
  }
}
