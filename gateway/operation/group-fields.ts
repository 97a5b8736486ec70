import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  typeFromAST,
  type ValidationContext,
} from 'graphql';
import { argumentsKey } from './arguments-key.ts';

/** All fields of one response name and one parent type in selection sets that are merged into one object. */
export interface FieldGroup {
  /** The type whose field is selected; `undefined` when the schema has no such type. */
  readonly parent: GraphQLNamedType | undefined;
  readonly responseName: string;
  /** The first of the fields. */
  readonly node: FieldNode;
  /** `undefined` when the schema has no such field. */
  readonly type: GraphQLOutputType | undefined;
  /** What all of them select, merged. */
  readonly children: GroupedFields;
}

/** By response name; each of a list's groups has another parent type. */
export type GroupedFields = ReadonlyMap<string, readonly FieldGroup[]>;

/** Told of two fields with one response name that cannot be one, and why. */
export type OnConflict = (field: FieldNode, other: FieldNode, reason: string) => void;

/** A selection set and the type that it selects on. */
export interface Selections {
  readonly set: SelectionSetNode;
  readonly parent: GraphQLNamedType | undefined;
}

/**
 * Merges selection sets, with fragments followed, into a tree of field groups: linear to the fields that the sets come
 * to when all fragments are written out. Fragments must not be cyclic.
 */
export class FieldGrouper {
  readonly #context: ValidationContext;
  readonly #onConflict: OnConflict;
  readonly #argumentsKeys = new Map<FieldNode, string>();

  constructor(context: ValidationContext, onConflict: OnConflict) {
    this.#context = context;
    this.#onConflict = onConflict;
  }

  group(sources: readonly Selections[]): GroupedFields {
    const merge: Merge = { groups: new Map(), spread: new Set() };
    for (const source of sources) this.#collect(merge, source);
    const grouped = new Map<string, readonly FieldGroup[]>();
    for (const [responseName, byParent] of merge.groups) {
      grouped.set(
        responseName,
        Array.from(byParent, ([parent, { node, type, selections }]) => {
          return { parent, responseName, node, type, children: this.group(selections) };
        }),
      );
    }
    return grouped;
  }

  /** Tells a conflict when two fields that can apply to one object are different fields or have different arguments. */
  compare(field: FieldNode, other: FieldNode): boolean {
    if (field.name.value !== other.name.value) {
      this.#onConflict(field, other, `"${field.name.value}" and "${other.name.value}" are different fields`);
      return false;
    }
    if (this.#argumentsKey(field) !== this.#argumentsKey(other)) {
      this.#onConflict(field, other, 'their arguments differ');
      return false;
    }
    return true;
  }

  #collect(merge: Merge, { set, parent }: Selections): void {
    const schema = this.#context.getSchema();
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          this.#add(merge, selection, parent);
          break;
        case Kind.INLINE_FRAGMENT: {
          const { typeCondition: condition, selectionSet } = selection;
          this.#collect(merge, {
            set: selectionSet,
            parent: condition === undefined ? parent : typeFromAST(schema, condition),
          });
          break;
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#context.getFragment(selection.name.value);
          if (fragment === undefined || fragment === null || merge.spread.has(fragment.name.value)) break;
          merge.spread.add(fragment.name.value);
          this.#collect(merge, { set: fragment.selectionSet, parent: typeFromAST(schema, fragment.typeCondition) });
          break;
        }
        default:
          selection satisfies never;
      }
    }
  }

  #add(merge: Merge, field: FieldNode, parent: GraphQLNamedType | undefined): void {
    const responseName = field.alias?.value ?? field.name.value;
    let byParent = merge.groups.get(responseName);
    if (byParent === undefined) {
      byParent = new Map();
      merge.groups.set(responseName, byParent);
    }
    let group = byParent.get(parent);
    if (group === undefined) {
      group = { node: field, type: fieldType(this.#context.getSchema(), parent, field.name.value), selections: [] };
      byParent.set(parent, group);
    } else if (!this.compare(group.node, field)) {
      return;
    }
    if (field.selectionSet !== undefined) {
      group.selections.push({ set: field.selectionSet, parent: group.type && getNamedType(group.type) });
    }
  }

  #argumentsKey(field: FieldNode): string {
    let key = this.#argumentsKeys.get(field);
    if (key === undefined) {
      key = argumentsKey(field);
      this.#argumentsKeys.set(field, key);
    }
    return key;
  }
}

function fieldType(
  schema: GraphQLSchema,
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLOutputType | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef.type;
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef.type;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef.type;
  }
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
}

interface Merge {
  readonly groups: Map<string, Map<GraphQLNamedType | undefined, OpenGroup>>;
  /** Names of the fragments that are merged already: again they would add nothing. */
  readonly spread: Set<string>;
}

interface OpenGroup {
  readonly node: FieldNode;
  readonly type: GraphQLOutputType | undefined;
  readonly selections: Selections[];
}
