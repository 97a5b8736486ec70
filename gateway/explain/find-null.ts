import {
  type FieldNode,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Operation } from '../operation/operation.ts';

/** A selection set, and the type that it selects on. */
interface Level {
  readonly set: SelectionSetNode;
  readonly parent: GraphQLNamedOutputType | undefined;
}

/** A field, and the type that it is selected on. */
interface Selected {
  readonly node: FieldNode;
  readonly parent: GraphQLNamedOutputType | undefined;
}

/**
 * Finds what null takes with it that stands at a path of response keys (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors):
 * a path such as `users[].address`, `data` for everything, and `undefined` where null may stand.
 */
export function findNull(schema: GraphQLSchema, operation: Operation, path: readonly string[]): string | undefined {
  const types = readTypes(schema, operation, path);
  const last = types.length - 1;
  if (types.length < path.length || !isNonNullType(types[last])) return undefined;
  for (let level = last - 1; level >= 0; level -= 1) {
    const kept = listsKept(types[level]);
    if (kept !== undefined) return printPlace(path.slice(0, level + 1), types, kept);
  }
  return 'data';
}

/** The types from a field's own to that of one object, without its lists and what may not be null around them. */
function unwrap(type: GraphQLOutputType | undefined): readonly GraphQLOutputType[] {
  if (type === undefined) return [];
  const bare = isNonNullType(type) ? type.ofType : type;
  return [type, ...(isListType(bare) ? unwrap(bare.ofType) : [])];
}

/** How many of the lists that a type nests stay when one object in them becomes null; `undefined` when not even the outermost does. */
function listsKept(type: GraphQLOutputType | undefined): number | undefined {
  const kept = unwrap(type).findLastIndex((one) => !isNonNullType(one));
  return kept === -1 ? undefined : kept;
}

function printPlace(path: readonly string[], types: readonly GraphQLOutputType[], kept: number): string {
  const parts = path.map((key, index) => {
    const lists = index === path.length - 1 ? kept : unwrap(types[index]).length - 1;
    return `${key}${'[]'.repeat(lists)}`;
  });
  return parts.join('.');
}

/** The types of the fields on a path. */
function readTypes(schema: GraphQLSchema, operation: Operation, path: readonly string[]): readonly GraphQLOutputType[] {
  const types: GraphQLOutputType[] = [];
  const { operation: kind, selectionSet: set } = operation.definition;
  let sets: readonly Level[] = [{ set, parent: schema.getRootType(kind) ?? undefined }];
  for (const key of path) {
    const selected = sets.flatMap((level) => select(schema, operation, level));
    const found = selected.filter(({ node }) => (node.alias ?? node.name).value === key);
    const type = found.map(typeOf).find((one) => one !== undefined);
    if (type === undefined) return types;
    types.push(type);
    sets = found.flatMap(({ node: { selectionSet } }) =>
      selectionSet === undefined ? [] : [{ set: selectionSet, parent: getNamedType(type) }],
    );
  }
  return types;
}

function select(schema: GraphQLSchema, operation: Operation, { set, parent }: Level): readonly Selected[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [{ node, parent }];
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT
        ? node
        : operation.document.definitions.find(
            (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
          );
    if (fragment === undefined || !('selectionSet' in fragment)) return [];
    const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined;
    const type = condition === undefined ? parent : schema.getType(condition);
    const narrowed = isObjectType(type) || isInterfaceType(type) ? type : parent;
    return select(schema, operation, { set: fragment.selectionSet, parent: narrowed });
  });
}

function typeOf({ node, parent }: Selected): GraphQLOutputType | undefined {
  const name = node.name.value;
  if (name === '__typename') return TypeNameMetaFieldDef.type;
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
}
