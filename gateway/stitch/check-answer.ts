import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { SubgraphError } from '../execute/field-error.ts';
import { isLeafValue } from '../execute/leaf-value.ts';

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What of an answer fits, as a copy that may be written to, and one error for each part that was dropped. */
export interface CheckedAnswer {
  readonly data: Data | null;
  readonly errors: readonly SubgraphError[];
}

/** The answer of a subgraph to one fetch. */
export interface AnswerToCheck {
  readonly data: Data | null;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** The subgraph's own. */
  readonly schema: GraphQLSchema;
}

/**
 * Takes from an answer what was asked for and fits the types of its fields. graphql-tools would write into the rest, take it
 * for an entity of another type, or pass it on; and it writes into what it gets, which others may see too.
 */
export function checkAnswer({ data, document, variables, schema }: AnswerToCheck): CheckedAnswer {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const errors: SubgraphError[] = [];
  let checked: unknown = data;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || data === null) continue;
    const root = schema.getRootType(definition.operation);
    const check: Check = { schema, fragments, variables, errors };
    if (root) checked = checkObject(data, root, [definition.selectionSet], check, []);
  }
  return { data: checked as Data | null, errors };
}

interface Check {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly errors: SubgraphError[];
}

function checkObject(
  value: Data,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  check: Check,
  path: Path,
): Data {
  const copy: Data = {};
  for (const [key, nodes] of collectFields(sets, type, check)) {
    const name = nodes[0]?.name.value ?? '';
    if (!Object.hasOwn(value, key)) {
      if (name === '_entities') drop(check, [...path, key]);
      continue;
    }
    const field = isUnionType(type) ? undefined : type.getFields()[name];
    const asked = { nodes, expected: expectedTypes(nodes, check) };
    const checked = field === undefined ? value[key] : checkValue(value[key], field.type, asked, check, [...path, key]);
    Object.defineProperty(copy, key, { value: checked, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

interface Asked {
  readonly nodes: readonly FieldNode[];
  /** For `_entities`: the type name of each representation, in order. */
  readonly expected: readonly unknown[] | undefined;
}

function checkValue(value: unknown, type: GraphQLOutputType, asked: Asked, check: Check, path: Path): unknown {
  if (isNonNullType(type)) {
    // Below the root, value completion finds this and says where.
    if (value === null && path.length === 1) return drop(check, path);
    return checkValue(value, type.ofType, asked, check, path);
  }
  if (value === null || value === undefined) return value;
  if (isListType(type)) {
    if (!Array.isArray(value)) return drop(check, path);
    return value.map((item, index) => checkValue(item, type.ofType, asked, check, [...path, index]));
  }
  if (isLeafType(type)) return isLeafValue(value, type) ? value : drop(check, path);
  if (typeof value !== 'object' || Array.isArray(value)) return drop(check, path);
  const object = value as Data;
  const runtimeType = runtimeTypeOf(object, type, asked.expected?.[Number(path.at(-1))], check.schema);
  if (runtimeType === undefined) return drop(check, path);
  return checkObject(
    object,
    runtimeType,
    asked.nodes.flatMap((node) => node.selectionSet ?? []),
    check,
    path,
  );
}

function drop({ errors }: Check, path: Path): null {
  const extensions = { code: 'SUBGRAPH_INVALID_RESPONSE' };
  errors.push({ message: 'The value does not fit the type of the field.', path, extensions });
  return null;
}

/** The type that an object says it is, where it may be that; `undefined` where it may not. */
function runtimeTypeOf(
  object: Data,
  type: GraphQLOutputType,
  expected: unknown,
  schema: GraphQLSchema,
): GraphQLCompositeType | undefined {
  if (!isCompositeType(type)) return undefined;
  const name = object['__typename'];
  if (name === undefined) return type;
  if (typeof name !== 'string') return undefined;
  const runtimeType = schema.getType(name);
  if (!isObjectType(runtimeType) && !isInterfaceType(runtimeType)) return undefined;
  if (expected !== undefined && expected !== name) {
    const wanted = schema.getType(String(expected));
    if (!isAbstractType(wanted) || !schema.isSubType(wanted, runtimeType)) return undefined;
  }
  if (runtimeType === type || (isAbstractType(type) && schema.isSubType(type, runtimeType))) return runtimeType;
  return undefined;
}

/** An entity of another type than the representation's is somebody else's data. */
function expectedTypes(nodes: readonly FieldNode[], { variables }: Check): readonly unknown[] | undefined {
  const [node] = nodes;
  if (node?.name.value !== '_entities') return undefined;
  const argument = node.arguments?.find(({ name }) => name.value === 'representations')?.value;
  const representations = argument?.kind === Kind.VARIABLE ? variables?.[argument.name.value] : undefined;
  if (!Array.isArray(representations)) return undefined;
  return representations.map((representation: Data) => representation['__typename']);
}

/** The fields that are asked of an object of this type, by response key. */
function collectFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLCompositeType,
  check: Check,
  fields: Map<string, FieldNode[]> = new Map(),
): ReadonlyMap<string, readonly FieldNode[]> {
  for (const selection of sets.flatMap((set) => set.selections)) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(key);
      if (nodes === undefined) fields.set(key, [selection]);
      else nodes.push(selection);
    } else {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : check.fragments.get(selection.name.value);
      if (inner !== undefined && applies(inner.typeCondition?.name.value, type, check.schema)) {
        collectFields([inner.selectionSet], type, check, fields);
      }
    }
  }
  return fields;
}

/** Of an object that does not say what it is, anything may be asked. */
function applies(condition: string | undefined, type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name || isAbstractType(type)) return true;
  const conditionType = schema.getType(condition);
  return isAbstractType(conditionType) && schema.isSubType(conditionType, type);
}
