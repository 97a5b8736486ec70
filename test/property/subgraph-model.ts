import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
  visit,
} from 'graphql';
import { readArgument, readString } from '../../schema/supergraph/directive.ts';
import { readFeatures } from '../../schema/supergraph/features.ts';
import type { CaseSubgraph } from './case.ts';

/** What a subgraph says of itself, with the schema that it runs. */
export interface SubgraphModel {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Its object and interface types. Root types go by their default names. */
  readonly types: ReadonlyMap<string, SubgraphType>;
  readonly hasCustomScalars: boolean;
}

export interface SubgraphType {
  readonly name: string;
  readonly isInterface: boolean;
  readonly isInterfaceObject: boolean;
  readonly interfaces: readonly string[];
  readonly keys: readonly SubgraphKey[];
  /** Fields at the first level of any key. */
  readonly keyFields: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, SubgraphField>;
}

export interface SubgraphKey {
  readonly text: string;
  readonly fields: SelectionSetNode;
  readonly resolvable: boolean;
}

export interface SubgraphField {
  readonly name: string;
  readonly type: TypeNode;
  readonly external: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** The subgraph that this one takes the field from, whoever asks. */
  readonly overrides: string | undefined;
}

const machinery = parse(/* GraphQL */ `
  scalar _Any
  type _Service { sdl: String }
`).definitions;

/** @throws Error when the SDL is no GraphQL. */
export function readSubgraph({ name, sdl }: CaseSubgraph): SubgraphModel {
  const document = withBases(withKnownDirectives(parse(sdl, { noLocation: true })));
  const roots = readRoots(document);
  const types = readTypes(document, roots);
  const entities = [...types.values()].filter(({ keys }) => keys.some(({ resolvable }) => resolvable));
  const objects = entities.flatMap((type) => (type.isInterface ? implementationsOf(type.name, types) : [type.name]));
  const query = [...roots].find(([, known]) => known === 'Query')?.[0] ?? 'Query';
  const entry = [
    `extend type ${query} { _service: _Service! }`,
    ...(types.has('Query') ? [] : [`type ${query}`]),
    ...(objects.length === 0
      ? []
      : [
          `union _Entity = ${[...new Set(objects)].join(' | ')}`,
          `extend type ${query} { _entities(representations: [_Any!]!): [_Entity]! }`,
        ]),
  ].join('\n');
  const schema = buildASTSchema(
    {
      kind: Kind.DOCUMENT,
      definitions: [
        ...machinery,
        ...document.definitions.filter((node) => node.kind !== Kind.SCHEMA_EXTENSION && !isWithoutQuery(node)),
        ...parse(entry, { noLocation: true }).definitions,
      ],
    },
    { assumeValidSDL: true },
  );
  const hasCustomScalars = document.definitions.some(({ kind }) => kind === Kind.SCALAR_TYPE_DEFINITION);
  return { name, schema, types, hasCustomScalars };
}

/** A schema definition that leaves out the query type, which every subgraph has: `_entities` is in it. */
function isWithoutQuery(node: DefinitionNode): boolean {
  return node.kind === Kind.SCHEMA_DEFINITION && node.operationTypes.every(({ operation }) => operation !== 'query');
}

/** Directives of federation under the names that the specification gives them, whatever they are imported as. */
function withKnownDirectives(document: DocumentNode): DocumentNode {
  const names = new Map<string, string>();
  for (const { identity, imports } of readFeatures(document)) {
    if (!identity.endsWith('/federation')) continue;
    for (const [known, own] of imports) names.set(own.slice(1), known.slice(1));
  }
  return visit(document, {
    Directive(node) {
      const value = names.get(node.name.value) ?? node.name.value.replace(/^federation__/, '');
      return { ...node, name: { ...node.name, value } };
    },
  });
}

/** The default names of the root types, by those that they have here. */
function readRoots(document: DocumentNode): ReadonlyMap<string, string> {
  const defaults = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  return new Map(
    document.definitions
      .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION ? node.operationTypes : []))
      .map(({ operation, type }) => [type.name.value, defaults[operation]]),
  );
}

/** Types that are only extended, as federation 1 writes those of others, become types of their own. */
function withBases(document: DocumentNode): DocumentNode {
  const named = new Set(
    document.definitions.flatMap((node) => (node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node.name.value] : [])),
  );
  const definitions = document.definitions.map((node): DefinitionNode => {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION || named.has(node.name.value)) return node;
    named.add(node.name.value);
    return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION };
  });
  return { ...document, definitions };
}

function implementationsOf(name: string, types: ReadonlyMap<string, SubgraphType>): readonly string[] {
  return [...types.values()]
    .filter(({ isInterface, interfaces }) => !isInterface && interfaces.includes(name))
    .map((type) => type.name);
}

function readTypes(document: DocumentNode, roots: ReadonlyMap<string, string>): ReadonlyMap<string, SubgraphType> {
  const types = new Map<string, SubgraphType>();
  for (const node of document.definitions) {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION: {
        const name = roots.get(node.name.value) ?? node.name.value;
        const known = types.get(name);
        const directives = node.directives ?? [];
        const keys = [...(known?.keys ?? []), ...named(directives, 'key').map(toKey)];
        const external = named(directives, 'external').length > 0;
        types.set(name, {
          name,
          isInterface: node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION,
          isInterfaceObject: known?.isInterfaceObject === true || named(directives, 'interfaceObject').length > 0,
          interfaces: [...(known?.interfaces ?? []), ...(node.interfaces ?? []).map((one) => one.name.value)],
          keys,
          keyFields: new Set(keys.flatMap(({ fields }) => namesIn(fields))),
          fields: new Map([
            ...(known?.fields ?? []),
            ...(node.fields ?? []).map((field) => [field.name.value, toField(field, external)] as const),
          ]),
        });
        break;
      }
      default:
    }
  }
  return types;
}

function toKey(directive: ConstDirectiveNode): SubgraphKey {
  const text = readString(directive, 'fields') ?? '';
  return { text, fields: parseFieldSet(text), resolvable: readArgument(directive, 'resolvable') !== false };
}

function toField({ name, type, directives = [] }: FieldDefinitionNode, external: boolean): SubgraphField {
  const setOf = (directive: string) => {
    const [applied] = named(directives, directive);
    const text = applied && readString(applied, 'fields');
    return text === undefined ? undefined : parseFieldSet(text);
  };
  const [override] = named(directives, 'override');
  return {
    name: name.value,
    type,
    external: external || named(directives, 'external').length > 0,
    requires: setOf('requires'),
    provides: setOf('provides'),
    overrides: override && readArgument(override, 'label') === undefined ? readString(override, 'from') : undefined,
  };
}

function named(directives: readonly ConstDirectiveNode[], name: string): readonly ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name);
}

function parseFieldSet(text: string): SelectionSetNode {
  const [operation] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation.selectionSet;
  throw new Error(`"${text}" is no field set.`);
}

function namesIn(set: SelectionSetNode): readonly string[] {
  return set.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}
