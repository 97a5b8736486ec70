import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Operation } from '../../operation/operation.ts';
import type { AccessModel } from './access-model.ts';
import { type ObjectTypes, ObjectTypesOf } from './object-types.ts';
import type { Demand, Requirement } from './requirement.ts';

/** An operation with its fragments put in place, and what of it is guarded. */
export interface InspectedOperation {
  readonly root: GraphQLObjectType;
  readonly selections: readonly Selection[];
  /** In the order of the document, what is selected within a guarded field after it. Never empty. */
  readonly guarded: readonly GuardedField[];
  /** Whether variables decide which of them are asked for. */
  readonly isConditional: boolean;
  /** Whether any of them demands what `@policy` says. */
  readonly asksPolicies: boolean;
  /** Each requirement once, with a place that demands it; `undefined` when one asks for more than who sends the operation. */
  readonly requirements: readonly RequirementAt[] | undefined;
}

/** A requirement at one of the places that demand it. */
interface RequirementAt {
  readonly demand: Demand;
  readonly field: GuardedField;
}

export type Selection = FieldSelection | FragmentSelection;

/** A field at one place of the operation; a fragment that is spread twice gives two. */
export interface FieldSelection {
  readonly kind: 'field';
  /** Its name in the answer. */
  readonly key: string;
  readonly node: FieldNode;
  readonly selections: readonly Selection[];
}

interface FragmentSelection {
  readonly kind: 'fragment';
  readonly directives: readonly DirectiveNode[];
  readonly typeCondition: NamedTypeNode | undefined;
  /** Object types that the fragment applies to; `undefined` for all. */
  readonly types: ReadonlySet<string> | undefined;
  readonly selections: readonly Selection[];
}

/** A field that demands something. */
export interface GuardedField {
  /** Its position in `InspectedOperation.guarded`. */
  readonly index: number;
  readonly selection: FieldSelection;
  /** The one object type that the demands are for, where only its objects are guarded; see `inspectTypename`. */
  readonly onlyFor: string | undefined;
  readonly path: readonly string[];
  /** The definition that the client selects; its arguments are what rules see. */
  readonly definition: GraphQLField<unknown, unknown>;
  /** `@skip` and `@include` on the way from the root. */
  readonly conditions: readonly DirectiveNode[];
  readonly demands: readonly Demand[];
  /** The nearest guarded field that it is selected within. */
  readonly within: GuardedField | undefined;
}

/** Works out what an operation must be allowed for; `undefined` when nothing of it is guarded. */
export function inspectOperation(
  operation: Operation,
  schema: GraphQLSchema,
  model: AccessModel,
): InspectedOperation | undefined {
  const root = schema.getRootType(operation.definition.operation);
  if (!isObjectType(root)) return undefined;
  const objectTypes = new ObjectTypesOf(schema, model);
  const inspection = new Inspection(operation, schema, objectTypes);
  const selections = inspection.inspect(operation.definition.selectionSet, {
    parent: root,
    types: objectTypes.of(root),
    path: [],
    conditions: [],
    within: undefined,
  });
  const { guarded } = inspection;
  if (guarded.length === 0) return undefined;
  const isConditional = guarded.some(({ conditions }) => conditions.length > 0);
  const asksPolicies = guarded.some(({ demands }) =>
    demands.some(({ requirement }) => requirement.kind === 'policies'),
  );
  return { root, selections, guarded, isConditional, asksPolicies, requirements: requirementsOf(guarded) };
}

function requirementsOf(guarded: readonly GuardedField[]): InspectedOperation['requirements'] {
  const places = guarded.flatMap((field) =>
    field.demands.map((demand) => [demand.requirement, { demand, field }] as const),
  );
  const requirements = new Map(places);
  return [...requirements.keys()].every(isOfIdentity) ? [...requirements.values()] : undefined;
}

function isOfIdentity(requirement: Requirement): boolean {
  if (requirement.kind === 'policies') return false;
  return requirement.kind !== 'rule' || !(requirement.condition.readsArgs || requirement.condition.readsVariables);
}

/** Where a selection set stands. */
interface Place {
  readonly parent: GraphQLCompositeType;
  /** Object types of which its objects may be. */
  readonly types: ObjectTypes;
  readonly path: readonly string[];
  readonly conditions: readonly DirectiveNode[];
  readonly within: GuardedField | undefined;
}

class Inspection {
  readonly guarded: GuardedField[] = [];
  readonly #schema: GraphQLSchema;
  readonly #objectTypes: ObjectTypesOf;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(operation: Operation, schema: GraphQLSchema, objectTypes: ObjectTypesOf) {
    this.#schema = schema;
    this.#objectTypes = objectTypes;
    this.#fragments = new Map(
      operation.document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
  }

  inspect(set: SelectionSetNode, place: Place): readonly Selection[] {
    return set.selections.flatMap((node): Selection | readonly [] => {
      const directives = node.directives ?? [];
      const conditions = withConditions(place.conditions, directives);
      if (node.kind === Kind.FIELD) return this.#inspectField(node, { ...place, conditions });
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
      if (fragment === undefined) return [];
      const { typeCondition, selectionSet } = fragment;
      const parent = typeCondition === undefined ? place.parent : this.#compositeOf(typeCondition);
      if (parent === undefined) return [];
      const possible = typeCondition && this.#objectTypes.of(parent);
      const types = possible === undefined ? place.types : place.types.within(possible);
      const selections = this.inspect(selectionSet, { ...place, parent, types, conditions });
      return { kind: 'fragment', directives, typeCondition, types: possible?.names, selections };
    });
  }

  #inspectField(node: FieldNode, place: Place): FieldSelection | readonly [] {
    const name = node.name.value;
    const definition = this.#definitionOf(name, place.parent);
    if (definition === undefined) return [];
    const key = node.alias?.value ?? name;
    const path = [...place.path, key];
    const selections: Selection[] = [];
    const selection: FieldSelection = { kind: 'field', key, node, selections };
    const found = { selection, path, definition, conditions: place.conditions, within: place.within };
    if (definition === TypeNameMetaFieldDef) this.#inspectTypename(found, place);
    const demands = name.startsWith('__') ? [] : place.types.demandsOf(name);
    const guarded = demands.length === 0 ? undefined : this.#guard({ ...found, onlyFor: undefined, demands });
    const parent = getNamedType(definition.type);
    if (node.selectionSet !== undefined && isCompositeType(parent)) {
      const { conditions } = place;
      const types = place.types.below(name, definition);
      const below = { parent, types, path, conditions, within: guarded ?? place.within };
      selections.push(...this.inspect(node.selectionSet, below));
    }
    return selection;
  }

  /** Asking for the type of an object is reading the object; the root is always there. */
  #inspectTypename(found: Omit<GuardedField, 'index' | 'onlyFor' | 'demands'>, { types, path }: Place): void {
    if (path.length === 0) return;
    for (const type of types.types) {
      const demands = this.#objectTypes.of(type).demandsOf('__typename');
      if (demands.length > 0) this.#guard({ ...found, onlyFor: type.name, demands });
    }
  }

  #guard(field: Omit<GuardedField, 'index'>): GuardedField {
    const guarded = { ...field, index: this.guarded.length };
    this.guarded.push(guarded);
    return guarded;
  }

  #definitionOf(name: string, parent: GraphQLCompositeType): GraphQLField<unknown, unknown> | undefined {
    switch (name) {
      case '__typename':
        return TypeNameMetaFieldDef;
      case '__schema':
        return SchemaMetaFieldDef;
      case '__type':
        return TypeMetaFieldDef;
      default:
        return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    }
  }

  #compositeOf(node: NamedTypeNode): GraphQLCompositeType | undefined {
    const type = this.#schema.getType(node.name.value);
    return isCompositeType(type) ? type : undefined;
  }
}

function withConditions(
  conditions: readonly DirectiveNode[],
  directives: readonly DirectiveNode[],
): readonly DirectiveNode[] {
  const own = directives.filter(({ name }) => name.value === 'skip' || name.value === 'include');
  return own.length === 0 ? conditions : [...conditions, ...own];
}
