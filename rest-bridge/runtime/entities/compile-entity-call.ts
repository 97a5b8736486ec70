import DataLoader from 'dataloader';
import type { GraphQLNamedType } from 'graphql';
import { createAnswerReader } from '../answer/answer-reader.ts';
import type { CompileContext } from '../compile-context.ts';
import { TemplateBinder } from '../request/bind-template.ts';
import { compileCall } from '../request/compile-call.ts';
import { attempt, DirectiveError, type Report } from '../rest-problem.ts';
import type { EntityAnswer, EntityKey, ScopeCalls } from '../scope-calls.ts';
import type { RestDirective } from '../sdl/read-directives.ts';
import { type Identify, identifyBy } from '../values/identify.ts';
import { readOwn } from '../values/source.ts';
import type { SourcePath } from '../values/source-model.ts';
import { loadMany, loadOne, type MatchItems, matchByKey, matchByOrder } from './load-entities.ts';

/** Paths of the leaves of one `@key`. */
export type KeyFields = readonly (readonly string[])[];

/** One way to load the entities of a type: a `@rest` on the type. */
export interface EntityCall {
  /** The fields of the entity that it uses. */
  readonly usedPaths: readonly SourcePath[];
  readonly isBatch: boolean;
  /** Equal for sources that are the same entity; `undefined` when the source does not say enough to load it. */
  readonly identify: Identify;
  /** @throws RestError when the call failed. */
  readonly load: (key: EntityKey, calls: ScopeCalls) => Promise<EntityAnswer>;
}

/** Compiles a `@rest` on a type; what is wrong with it is reported. */
export function compileEntityCall(
  type: GraphQLNamedType,
  rest: RestDirective,
  keys: readonly KeyFields[],
  context: CompileContext,
  report: Report,
): EntityCall | undefined {
  const { sources, inputs, base } = context;
  const roots = rest.batch ? (['keys'] as const) : (['key', 'this'] as const);
  const binder = new TemplateBinder({ parent: type, args: [], roots, keyFields: keys[0] ?? [] }, sources, inputs);
  const build = compileCall(rest, base, binder, report);
  const read = attempt(report, () => createAnswerReader(rest, undefined));
  const identity = build && attempt(report, () => compileIdentity(type, rest, keys, binder, sources));
  if (!build || !read || !identity) return undefined;
  const load = identity.match ? loadMany(build, read, identity.match) : loadOne(build, read);
  const options = rest.batch ? { maxBatchSize: rest.batch.maxSize ?? 100 } : { batch: false };
  const owner = {};
  return {
    usedPaths: [...binder.sourcePaths.values()],
    isBatch: rest.batch !== undefined,
    identify: identity.identify,
    load: (key, calls) => {
      const create = () =>
        new DataLoader((keys: readonly EntityKey[]) => load(keys, calls), { ...options, cacheKeyFn: ({ id }) => id });
      return calls.loader(owner, create).load(key);
    },
  };
}

interface Identity {
  readonly identify: Identify;
  /** For bulk calls. */
  readonly match: MatchItems | undefined;
}

function compileIdentity(
  type: GraphQLNamedType,
  rest: RestDirective,
  keys: readonly KeyFields[],
  binder: TemplateBinder,
  sources: CompileContext['sources'],
): Identity {
  const used = [...binder.sourcePaths.values()];
  if (rest.batch ? !binder.usesKeys : used.length === 0) {
    const expression = rest.batch ? '{$keys.field}' : '{$key.field}';
    throw new DirectiveError(`@rest must say which entity it loads; use ${expression}.`);
  }
  const key = keys.find((fields) => {
    const leaves = new Set(fields.map((path) => path.join('.')));
    return [...binder.keyPaths].every((path) => leaves.has(path));
  });
  if (!key) throw new DirectiveError(`No @key has all the fields that @rest uses: ${[...binder.keyPaths].join(', ')}.`);
  if (!rest.batch) return { identify: identifyBy(used.map(({ read }) => read)), match: undefined };
  if ((rest.batch.maxSize ?? 1) < 1) throw new DirectiveError('batch.maxSize must be at least 1.');
  const identify = identifyBy(key.map((path) => sources.compilePath(type, path).read));
  const names = rest.batch.matchOn?.trim().split(/\s+/);
  if (names === undefined) return { identify, match: matchByOrder(identify) };
  if (names.length !== key.length || names.some((name) => name.split('.').includes(''))) {
    throw new DirectiveError(`batch.matchOn must name ${key.length} properties, one for each field of the key.`);
  }
  return { identify, match: matchByKey(identifyBy(names.map(propertyReader)), identify) };
}

function propertyReader(name: string): (item: unknown) => unknown {
  const path = name.split('.');
  return (item) => path.reduce(readOwn, item);
}
