import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { readArgument, readString } from '../../../schema/supergraph/directive.ts';

/** A field of an object type that another field is computed from. */
export interface RequiredField {
  readonly type: string;
  readonly field: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Finds what a field of a supergraph is computed from: what `@join__field(requires:)` selects beside it, and what
 * `@join__field(contextArguments:)` selects on the types that set the context. Keys and provided fields are not among it: a key
 * says which object is meant, and a provided field reaches a client only when it is selected.
 */
export class RequiredFields {
  readonly #schema: GraphQLSchema;
  readonly #contexts = new Map<string, string[]>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
    for (const type of Object.values(schema.getTypeMap())) {
      const nodes = [type.astNode, ...type.extensionASTNodes];
      for (const directive of nodes.flatMap((node) => node?.directives ?? [])) {
        const name = directive.name.value === 'context' ? readString(directive, 'name') : undefined;
        if (name !== undefined) this.#contexts.set(name, [...(this.#contexts.get(name) ?? []), type.name]);
      }
    }
  }

  /** The fields next below one field of an object type. */
  of(type: GraphQLObjectType, field: string): readonly RequiredField[] {
    const required: RequiredField[] = [];
    for (const owner of [type, ...type.getInterfaces()]) {
      for (const directive of owner.getFields()[field]?.astNode?.directives ?? []) {
        if (directive.name.value !== 'join__field') continue;
        const selection = readString(directive, 'requires');
        if (selection !== undefined) this.#collect(parseSelection(selection), [type], required);
        for (const { context, selection } of readContextArguments(readArgument(directive, 'contextArguments'))) {
          const types = (this.#contexts.get(context) ?? []).flatMap((name) => this.#objectsOf(name));
          this.#collect(parseSelection(selection), types, required);
        }
      }
    }
    return required;
  }

  #collect(set: SelectionSetNode, types: readonly GraphQLObjectType[], required: RequiredField[]): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const { typeCondition } = selection;
        const narrowed = typeCondition === undefined ? undefined : this.#objectsOf(typeCondition.name.value);
        const inner = narrowed === undefined ? types : types.filter((type) => narrowed.includes(type));
        this.#collect(selection.selectionSet, inner, required);
        continue;
      }
      const field = selection.name.value;
      const args = Object.fromEntries(
        (selection.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
      );
      const below = new Set<GraphQLObjectType>();
      for (const type of types) {
        required.push({ type: type.name, field, args });
        const fieldType = type.getFields()[field]?.type;
        for (const inner of fieldType === undefined ? [] : this.#objectsOf(getNamedType(fieldType).name)) {
          below.add(inner);
        }
      }
      if (selection.selectionSet !== undefined) this.#collect(selection.selectionSet, [...below], required);
    }
  }

  #objectsOf(name: string): readonly GraphQLObjectType[] {
    const type = this.#schema.getType(name);
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type);
    return isObjectType(type) ? [type] : [];
  }
}

const cannotBeRead = 'A field set of the supergraph cannot be read; compose it again.';

/** A field set, with or without the braces around it. */
function parseSelection(text: string): SelectionSetNode {
  const trimmed = text.trim();
  const [definition] = parse(trimmed.startsWith('{') ? trimmed : `{${trimmed}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(cannotBeRead);
  return definition.selectionSet;
}

function readContextArguments(value: unknown): readonly { readonly context: string; readonly selection: string }[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((entry: unknown) => {
    if (
      typeof entry === 'object' &&
      entry !== null &&
      'context' in entry &&
      'selection' in entry &&
      typeof entry.context === 'string' &&
      typeof entry.selection === 'string'
    ) {
      return { context: entry.context, selection: entry.selection };
    }
    throw new Error(cannotBeRead);
  });
}
