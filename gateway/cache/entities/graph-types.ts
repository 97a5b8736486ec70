import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationTypeNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

/** A key by which subgraphs know the objects of a type. */
export interface EntityKey {
  readonly fields: SelectionSetNode;
  /** Of the fields at its top. */
  readonly names: readonly string[];
}

/** What a cache has to know of the types of a supergraph, those included that clients do not see. */
export class GraphTypes {
  readonly schema: GraphQLSchema;
  readonly #keys = new Map<string, readonly EntityKey[]>();
  readonly #possible = new Map<string, ReadonlySet<string>>();

  /** @param schema of the supergraph's SDL as it is */
  constructor(schema: GraphQLSchema) {
    this.schema = schema;
    for (const type of Object.values(schema.getTypeMap())) {
      if (isObjectType(type) || isInterfaceType(type)) {
        this.#keys.set(type.name, readKeys(type.astNode?.directives ?? []));
      }
    }
  }

  /** `undefined` for a field that the supergraph does not have. */
  fieldOf(type: string, field: string): GraphQLField<unknown, unknown> | undefined {
    const holder = this.schema.getType(type);
    return isObjectType(holder) || isInterfaceType(holder) ? holder.getFields()[field] : undefined;
  }

  /** The type of an operation's root. */
  rootOf(kind: OperationTypeNode): string | undefined {
    return this.schema.getRootType(kind)?.name;
  }

  named(field: GraphQLField<unknown, unknown>): string {
    return getNamedType(field.type).name;
  }

  /** Whether an object may be of both. */
  overlap(one: string, other: string): boolean {
    if (one === other) return true;
    const all = this.allOf(one);
    return Array.from(this.allOf(other)).some((type) => all.has(type));
  }

  isObject(type: string): boolean {
    return isObjectType(this.schema.getType(type));
  }

  /** The type itself, and the object types that belong to it. */
  allOf(type: string): ReadonlySet<string> {
    let all = this.#possible.get(type);
    if (all === undefined) {
      const named: GraphQLNamedType | undefined = this.schema.getType(type);
      const possible = isAbstractType(named) ? this.schema.getPossibleTypes(named) : [];
      all = new Set([type, ...possible.map(({ name }) => name)]);
      this.#possible.set(type, all);
    }
    return all;
  }

  /** The keys by which subgraphs know the objects of a type. */
  keysOf(type: string): readonly EntityKey[] {
    return this.#keys.get(type) ?? noKeys;
  }
}

/** The values that the fields of a key have; `undefined` when one is missing. */
export function pickKey(key: SelectionSetNode, values: Readonly<Record<string, unknown>>): KeyValues | undefined {
  const picked: Record<string, unknown> = Object.create(null);
  for (const selection of key.selections) {
    if (selection.kind !== Kind.FIELD) return undefined;
    const name = selection.name.value;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null) return undefined;
    picked[name] = selection.selectionSet === undefined ? value : pickBelow(selection.selectionSet, value);
    if (picked[name] === undefined) return undefined;
  }
  return picked;
}

type KeyValues = Readonly<Record<string, unknown>>;

function pickBelow(key: SelectionSetNode, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => pickBelow(key, item));
    return items.includes(undefined) ? undefined : items;
  }
  return typeof value === 'object' && value !== null ? pickKey(key, { ...value }) : undefined;
}

/** The keys of a type in all subgraphs, by `@join__type(graph:, key:)` (https://specs.apollo.dev/join/v0.3). */
export function readKeys(directives: readonly ConstDirectiveNode[]): readonly EntityKey[] {
  const texts = new Set<string>();
  for (const { name, arguments: args = [] } of directives) {
    const key = args.find((argument) => argument.name.value === 'key')?.value;
    if (name.value === 'join__type' && key?.kind === Kind.STRING) texts.add(key.value);
  }
  return Array.from(texts, parseKey);
}

const noKeys: readonly EntityKey[] = [];

function parseKey(text: string): EntityKey {
  const fields = parseFieldSet(text);
  return { fields, names: fields.selections.flatMap((node) => (node.kind === Kind.FIELD ? node.name.value : [])) };
}

/** Parses a field set (https://specs.apollo.dev/join/v0.3, `join__FieldSet`). */
export function parseFieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation.selectionSet;
  throw new Error(`"${text}" is no field set.`);
}
