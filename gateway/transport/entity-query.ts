import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { EntityLookup } from '../../schema/supergraph/supergraph.ts';
import { definitionOf, toEntityList } from './graphql-body.ts';
import type { EntityList, FetchOperation } from './send.ts';

/** A lookup with what the supergraph says about it. */
export interface TypedLookup extends EntityLookup {
  /** Type of its argument, such as `[ID!]!`. */
  readonly argumentType: string;
  /** The interfaces and unions that its entities belong to. */
  readonly abstractTypes: ReadonlySet<string>;
}

export type LookupsByType = ReadonlyMap<string, TypedLookup>;

/** A lookup in a query: `count` fields of one key each, or one field of all keys. */
export interface LookupUse {
  readonly list: EntityList;
  readonly type: string;
  readonly lookup: TypedLookup;
  readonly count: number;
}

/** The name by which every entity tells its key. */
export const keyAlias = 'overlock_key';
/** Most different queries that are kept for one operation; operations are few, their mixtures of types and counts fewer. */
const queriesMost = 200;

/** The name of the variable, and of the field, of one key of a lookup, or of all its keys. */
export function lookupName(use: number, key: number): string {
  return `overlock_${use}_${key}`;
}

/** An operation that asks for `_entities`, and the plain queries that stand in for it. */
export class EntityQuery {
  readonly lists: readonly EntityList[];
  /** Whether it asks for other root fields too. */
  readonly hasRootFields: boolean;
  readonly #operation: FetchOperation;
  readonly #definition: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #queries = new Map<string, FetchOperation>();

  constructor(operation: FetchOperation, definition: OperationDefinitionNode) {
    const { selections } = definition.selectionSet;
    this.lists = selections.flatMap((selection) => toEntityList(selection) ?? []);
    this.hasRootFields = selections.some((selection) => toEntityList(selection) === undefined);
    this.#operation = operation;
    this.#definition = definition;
    this.#fragments = fragmentsOf(operation.document);
  }

  /** The query for some lookups, and for the other root fields. */
  queryFor(uses: readonly LookupUse[], withRootFields: boolean): FetchOperation {
    const key = `${withRootFields}${uses.map((use) => `,${use.list.key} ${use.type} ${use.count}`).join('')}`;
    const known = this.#queries.get(key);
    if (known !== undefined) return known;
    const document = this.#write(uses, withRootFields);
    const query = { ...this.#operation, document, text: print(document) };
    if (this.#queries.size >= queriesMost) this.#queries.clear();
    this.#queries.set(key, query);
    return query;
  }

  #write(uses: readonly LookupUse[], withRootFields: boolean): DocumentNode {
    const rootFields = this.#definition.selectionSet.selections.filter((node) => toEntityList(node) === undefined);
    const fields = uses.flatMap(writeLookup);
    const selectionSet = toSelectionSet([...(withRootFields ? rootFields : []), ...fields]);
    const fragments = new Map(this.#fragments);
    for (const [index, use] of uses.entries()) fragments.set(fragmentName(index), this.#writeFragment(use, index));
    const used = findUsed(selectionSet, fragments);
    const variableDefinitions = [
      ...(this.#definition.variableDefinitions ?? []).filter(({ variable }) => used.variables.has(variable.name.value)),
      ...uses.flatMap(writeVariables),
    ];
    const definitions: DefinitionNode[] = [
      { ...this.#definition, variableDefinitions, selectionSet },
      ...used.fragments,
    ];
    return { kind: Kind.DOCUMENT, definitions };
  }

  #writeFragment({ list, type, lookup }: LookupUse, use: number): FragmentDefinitionNode {
    const field = this.#definition.selectionSet.selections.find((node) => toEntityList(node)?.key === list.key);
    const selections = field?.kind === Kind.FIELD ? (field.selectionSet?.selections ?? []) : [];
    const key: FieldNode = { kind: Kind.FIELD, alias: toName(keyAlias), name: toName(lookup.key) };
    return {
      kind: Kind.FRAGMENT_DEFINITION,
      name: toName(fragmentName(use)),
      typeCondition: { kind: Kind.NAMED_TYPE, name: toName(type) },
      selectionSet: toSelectionSet([key, ...selections.filter((selection) => this.#mayBeOf(selection, type, lookup))]),
    };
  }

  /** A selection on another type is not only in vain: the validation of services refuses it. */
  #mayBeOf(selection: SelectionNode, type: string, { abstractTypes }: TypedLookup): boolean {
    if (selection.kind === Kind.FIELD) return true;
    const node = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
    const condition = node?.typeCondition?.name.value ?? type;
    return condition === type || abstractTypes.has(condition);
  }
}

/** Reads the `_entities` of an operation; `undefined` when it has none. */
export function toEntityQuery(operation: FetchOperation): EntityQuery | undefined {
  const definition = definitionOf(operation);
  if (definition === undefined) return undefined;
  const query = new EntityQuery(operation, definition);
  return query.lists.length === 0 ? undefined : query;
}

function fragmentName(use: number): string {
  return `overlock_${use}`;
}

function writeLookup({ lookup, count }: LookupUse, use: number): FieldNode[] {
  return Array.from({ length: count }, (_, key) => ({
    kind: Kind.FIELD,
    alias: toName(lookupName(use, key)),
    name: toName(lookup.field),
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: toName(lookup.argument),
        value: { kind: Kind.VARIABLE, name: toName(lookupName(use, key)) },
      },
    ],
    selectionSet: toSelectionSet([{ kind: Kind.FRAGMENT_SPREAD, name: toName(fragmentName(use)) }]),
  }));
}

function writeVariables({ lookup, count }: LookupUse, use: number): VariableDefinitionNode[] {
  const type: TypeNode = parseType(lookup.argumentType, { noLocation: true });
  return Array.from({ length: count }, (_, key) => ({
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: toName(lookupName(use, key)) },
    type,
  }));
}

/** What a selection uses, in fragments of fragments too: the validation of services refuses what is declared in vain. */
function findUsed(selectionSet: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const variables = new Set<string>();
  const used = new Map<string, FragmentDefinitionNode>();
  const look = (root: SelectionSetNode | FragmentDefinitionNode) => {
    visit(root, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(name.value)) return;
        used.set(name.value, fragment);
        look(fragment);
      },
    });
  };
  look(selectionSet);
  return { variables, fragments: [...used.values()] };
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
}

function toSelectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function toName(value: string): { readonly kind: Kind.NAME; readonly value: string } {
  return { kind: Kind.NAME, value };
}
