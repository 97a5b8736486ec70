import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNullableType,
  isLeafType,
} from 'graphql';
import type { CompileContext } from '../compile-context.ts';
import type { RestContext } from '../rest-context.ts';
import { attempt, type Report } from '../rest-problem.ts';
import type { EntityAnswer } from '../scope-calls.ts';
import { parseKey } from '../sdl/parse-key.ts';
import { hasDirective, type KeyDirective, readKeys, readRest } from '../sdl/read-directives.ts';
import { Entity, readOwn } from '../values/source.ts';
import { compileEntityCall, type EntityCall, type KeyFields } from './compile-entity-call.ts';

/** A type with `@key`. */
export interface EntityModel {
  /** The backend's name of the only field of its first key, for objects that are answered as their bare key. */
  readonly keyProperty: string | undefined;
  /** Whether calls load it; without any its fields all have their own. */
  readonly isLoadable: boolean;
  /** Whether an object says nothing but who it is, so that the rest has to be loaded. */
  readonly isReference: (source: unknown) => boolean;
  /** Loads it; `undefined` when the object does not say enough to do so. */
  readonly load: (source: unknown, context: RestContext) => Promise<EntityAnswer> | undefined;
}

type KeyedType = GraphQLObjectType | GraphQLInterfaceType;

interface Key {
  readonly text: string;
  readonly isResolvable: boolean;
  readonly fields: KeyFields;
}

/** Compiles what the `@key`s and `@rest`s of a type say; `undefined` when it has no `@key`. What is wrong is reported. */
export function compileEntityModel(type: KeyedType, context: CompileContext, report: Report): EntityModel | undefined {
  const keys = attempt(report, () => readKeys(type.astNode).map(toKey)) ?? [];
  const ownCalls = compileCalls(type, keys, context, report);
  if (keys.length === 0) return undefined;
  const inherited = type.getInterfaces().flatMap((parent) => {
    const parentKeys = attempt(report, () => readKeys(parent.astNode).map(toKey)) ?? [];
    // What is wrong with it is reported for the interface itself.
    return compileCalls(parent, parentKeys, context, () => undefined);
  });
  const calls = (ownCalls.length > 0 ? ownCalls : inherited).toSorted((a, b) => Number(b.isBatch) - Number(a.isBatch));
  const { others, keyProperty } = describeFields(type, keys, context);
  reportUnloadable(type, keys, calls, report);
  return {
    keyProperty,
    isLoadable: calls.length > 0,
    isReference: (source) =>
      source instanceof Entity
        ? source.answer === undefined
        : others.every((name) => readOwn(source, name) === undefined),
    load: (source, { calls: scope, caller }) => {
      for (const call of calls) {
        const id = call.identify(source);
        if (id !== undefined) return call.load({ id, source, caller }, scope);
      }
      return undefined;
    },
  };
}

function toKey({ fields, resolvable }: KeyDirective): Key {
  return { text: fields, isResolvable: resolvable, fields: parseKey(fields) };
}

function compileCalls(
  type: KeyedType,
  keys: readonly Key[],
  context: CompileContext,
  report: Report,
): readonly EntityCall[] {
  const rests = attempt(report, () => readRest(type.astNode)) ?? [];
  if (rests.length > 0 && keys.length === 0) {
    report('A type with @rest needs a @key that says what its entities are loaded by.');
    return [];
  }
  const fields = keys.map((key) => key.fields);
  return rests.flatMap((rest) => compileEntityCall(type, rest, fields, context, report) ?? []);
}

function describeFields(type: KeyedType, keys: readonly Key[], { sources }: CompileContext) {
  const properties = sources.propertiesOf(type);
  const others = otherFields(type, keys).filter(({ astNode }) => !hasDirective(astNode, 'rest'));
  const [path, ...more] = keys[0]?.fields ?? [];
  const keyField = path?.length === 1 && more.length === 0 ? type.getFields()[path[0] ?? ''] : undefined;
  const isLeaf = keyField && isLeafType(getNullableType(keyField.type));
  return {
    others: others.map(({ name }) => properties.get(name)?.restName ?? name),
    keyProperty: isLeaf ? properties.get(keyField.name)?.restName : undefined,
  };
}

/** The fields that are of this subgraph and not of a key. */
function otherFields(type: KeyedType, keys: readonly Key[]): readonly GraphQLField<unknown, unknown>[] {
  const keyFields = new Set(keys.flatMap(({ fields }) => fields.map(([name]) => name)));
  return Object.values(type.getFields()).filter(
    ({ name, astNode }) => !keyFields.has(name) && !hasDirective(astNode, 'external'),
  );
}

function reportUnloadable(type: KeyedType, keys: readonly Key[], calls: readonly EntityCall[], report: Report): void {
  const fields = type.getFields();
  // What is wrong with its own calls is reported already.
  if (calls.length === 0 && hasDirective(type.astNode, 'rest')) return;
  for (const key of keys.filter(({ isResolvable }) => isResolvable)) {
    if (otherFields(type, [key]).every(({ astNode }) => hasDirective(astNode, 'rest'))) continue;
    const leaves = new Set(key.fields.map((path) => path.join('.')));
    const isLoaded = calls.some(({ usedPaths }) =>
      usedPaths.every((path) => leaves.has(path.text) || hasDirective(fields[path.field]?.astNode, 'external')),
    );
    if (!isLoaded) report(`@key(fields: "${key.text}") needs a @rest on ${type.name} that loads it by these fields.`);
  }
}
