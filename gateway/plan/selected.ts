import {
  type ArgumentNode,
  type DirectiveNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { printArgument } from './argument-text.ts';
import type { SupergraphModel } from './model.ts';
import type { SameSelections } from './same-selections.ts';

/** Selection sets that are merged into one object. Lists are compared by identity. */
export type SelectionSets = readonly SelectionSetNode[];

/** What is selected of an object under one response key. */
export interface SelectedField {
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** Printed, and sorted by name: equal for equal arguments. */
  readonly argsText: string;
  /** Empty for a leaf. */
  readonly sets: SelectionSets;
}

export type SelectedFields = ReadonlyMap<string, SelectedField>;

/**
 * Collects fields as execution does (https://spec.graphql.org/draft/#CollectFields), for object types, with the values of the
 * conditions known. Asked again for the same sets and type it gives the same fields.
 */
export class Collector {
  readonly #model: SupergraphModel;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #isOn: (variable: string) => boolean;
  readonly #same: SameSelections | undefined;
  readonly #known = new Map<SelectionSets, Map<string, SelectedFields>>();
  readonly #setIds = new Map<SelectionSetNode, number>();
  readonly #lists = new Map<string, SelectionSets>();
  /** By condition and type, whether the one applies to the other. */
  readonly #applying = new Map<string, Map<string, boolean>>();

  /**
   * @param isOn the value of a Boolean variable of a condition
   * @param same finds sets that are to be taken for one; without it each stands for itself
   */
  constructor(
    model: SupergraphModel,
    fragments: ReadonlyMap<string, FragmentDefinitionNode> = new Map(),
    isOn: (variable: string) => boolean = () => true,
    same?: SameSelections,
  ) {
    this.#model = model;
    this.#fragments = fragments;
    this.#isOn = isOn;
    this.#same = same;
  }

  /** What is selected of objects of this type. */
  fieldsOf(sets: SelectionSets, type: string): SelectedFields {
    let byType = this.#known.get(sets);
    if (byType === undefined) {
      byType = new Map();
      this.#known.set(sets, byType);
    }
    let fields = byType.get(type);
    if (fields === undefined) {
      fields = this.#collect(sets, type);
      byType.set(type, fields);
    }
    return fields;
  }

  /** The one list of these sets: different types that select the same below a field get the same. */
  listOf(sets: SelectionSets): SelectionSets {
    const id = this.idOf(sets);
    const known = this.#lists.get(id) ?? sets;
    this.#lists.set(id, known);
    return known;
  }

  /** Equal for lists of the same sets. */
  idOf(sets: SelectionSets): string {
    return sets
      .map((set) => {
        const id = this.#setIds.get(set) ?? this.#setIds.size;
        this.#setIds.set(set, id);
        return id;
      })
      .join(' ');
  }

  #collect(sets: SelectionSets, type: string): SelectedFields {
    const drafts = new Map<string, SelectedField & { readonly sets: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const visit = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (!this.#isIncluded(selection.directives)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          let draft = drafts.get(key);
          if (draft === undefined) {
            const args = selection.arguments ?? [];
            draft = { key, name: selection.name.value, args, argsText: printArguments(args), sets: [] };
            drafts.set(key, draft);
          }
          if (selection.selectionSet !== undefined) this.#addSet(draft.sets, selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (this.#applies(selection.typeCondition?.name.value, type)) visit(selection.selectionSet);
        } else {
          const name = selection.name.value;
          const fragment = this.#fragments.get(name);
          if (fragment === undefined || spread.has(name)) continue;
          spread.add(name);
          if (this.#applies(fragment.typeCondition.name.value, type)) visit(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) visit(set);
    return new Map([...drafts].map(([key, draft]) => [key, { ...draft, sets: this.listOf(draft.sets) }]));
  }

  #addSet(sets: SelectionSetNode[], set: SelectionSetNode): void {
    const first = this.#same?.firstOf(set) ?? set;
    if (this.#same === undefined || !sets.includes(first)) sets.push(first);
  }

  #applies(condition: string | undefined, type: string): boolean {
    if (condition === undefined || condition === type) return true;
    let known = this.#applying.get(condition);
    if (known === undefined) {
      known = new Map();
      this.#applying.set(condition, known);
    }
    let applies = known.get(type);
    if (applies === undefined) {
      const possible = this.#model.types.get(condition)?.possible ?? [];
      // An interface stands for objects that do not know their object type.
      applies = this.#model.types.get(type)?.possible.every((one) => possible.includes(one)) === true;
      known.set(type, applies);
    }
    return applies;
  }

  #isIncluded(directives: readonly DirectiveNode[] | undefined): boolean {
    return (directives ?? []).every((directive) => {
      const name = directive.name.value;
      if (name !== 'skip' && name !== 'include') return true;
      const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
      const isOn =
        value?.kind === Kind.VARIABLE ? this.#isOn(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
      return isOn === (name === 'include');
    });
  }
}

function printArguments(args: readonly ArgumentNode[]): string {
  if (args.length === 0) return '';
  return `(${args.map(printArgument).sort().join(', ')})`;
}
