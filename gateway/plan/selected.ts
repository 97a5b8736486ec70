import {
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { printArgument } from './argument-text.ts';
import type { CompositeType, Field, SupergraphModel } from './model.ts';
import type { SameSelections } from './same-selections.ts';

/** Selection sets that are merged into one object. Lists are compared by identity. */
export type SelectionSets = readonly SelectionSetNode[];

/** What is selected of an object under one response key. */
export interface SelectedField {
  readonly key: string;
  readonly name: string;
  /** Of the type that it is selected of; `undefined` for `__typename`. */
  readonly definition: Field | undefined;
  readonly args: readonly ArgumentNode[];
  /** Printed, and sorted by name: equal for equal arguments. */
  readonly argsText: string;
  /** Empty for a leaf. */
  readonly sets: SelectionSets;
}

interface SelectedDraft extends SelectedField {
  sets: SelectionSets;
}

/** One for each response key. Lists are compared by identity. */
export type SelectedFields = readonly SelectedField[];

/**
 * Collects fields as execution does (https://spec.graphql.org/draft/#CollectFields), for object types, with the values of the
 * conditions known. Asked again for the same sets and type it gives the same fields.
 */
export class Collector {
  readonly #model: SupergraphModel;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #isOn: (variable: string) => boolean;
  readonly #same: SameSelections | undefined;
  readonly #known = new Map<string, Map<SelectionSets, SelectedFields>>();
  readonly #setIds = new Map<SelectionSetNode, number>();
  readonly #listsOfOne: Map<SelectionSetNode, SelectionSets>;
  readonly #lists = new Map<string, SelectionSets>();
  /** By condition and type, whether the one applies to the other. */
  readonly #applying = new Map<string, Map<string, boolean>>();

  /**
   * @param isOn the value of a Boolean variable of a condition
   * @param same finds sets that are to be taken for one; without it each stands for itself
   * @param listsOfOne the lists of one set that another collector made, which are to be the same here
   */
  constructor(
    model: SupergraphModel,
    fragments: ReadonlyMap<string, FragmentDefinitionNode> = new Map(),
    isOn: (variable: string) => boolean = () => true,
    same?: SameSelections,
    listsOfOne = new Map<SelectionSetNode, SelectionSets>(),
  ) {
    this.#listsOfOne = listsOfOne;
    this.#model = model;
    this.#fragments = fragments;
    this.#isOn = isOn;
    this.#same = same;
  }

  /** What is selected of objects of this type. */
  fieldsOf(sets: SelectionSets, type: string): SelectedFields {
    let bySets = this.#known.get(type);
    if (bySets === undefined) {
      bySets = new Map();
      this.#known.set(type, bySets);
    }
    let fields = bySets.get(sets);
    if (fields === undefined) {
      fields = this.#collect(sets, type);
      bySets.set(sets, fields);
    }
    return fields;
  }

  /** The one list of these sets: different types that select the same below a field get the same. */
  listOf(sets: SelectionSets): SelectionSets {
    const [only] = sets;
    if (sets.length === 1 && only !== undefined) return knownIn(this.#listsOfOne, only, sets);
    return knownIn(this.#lists, this.idOf(sets), sets);
  }

  /** Equal for lists of the same sets. */
  idOf(sets: SelectionSets): string {
    return sets.map((set) => this.#idOfSet(set)).join(' ');
  }

  #idOfSet(set: SelectionSetNode): number {
    let id = this.#setIds.get(set);
    if (id === undefined) {
      id = this.#setIds.size;
      this.#setIds.set(set, id);
    }
    return id;
  }

  #collect(sets: SelectionSets, type: string): SelectedFields {
    const drafts = new Drafts(this.#model.types.get(type));
    let spread: Set<string> | undefined;
    const visit = (set: SelectionSetNode): void => {
      for (const selection of set.selections) {
        if (!this.#isIncluded(selection.directives)) continue;
        if (selection.kind === Kind.FIELD) {
          const draft = drafts.draftOf(selection);
          if (selection.selectionSet !== undefined) this.#addSet(draft, selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          if (this.#applies(selection.typeCondition?.name.value, type)) visit(selection.selectionSet);
        } else {
          const name = selection.name.value;
          const fragment = this.#fragments.get(name);
          spread ??= new Set();
          if (fragment === undefined || spread.has(name)) continue;
          spread.add(name);
          if (this.#applies(fragment.typeCondition.name.value, type)) visit(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) visit(set);
    for (const draft of drafts.all) if (draft.sets.length > 0) draft.sets = this.listOf(draft.sets);
    return drafts.all;
  }

  #addSet(draft: SelectedDraft, set: SelectionSetNode): void {
    const first = this.#same?.firstOf(set) ?? set;
    if (draft.sets.length === 0) draft.sets = [first];
    else if (this.#same === undefined || !draft.sets.includes(first)) draft.sets = [...draft.sets, first];
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
      const { types } = this.#model;
      // An interface stands for objects that do not know their object type.
      applies = isWithin(types.get(type)?.possible, types.get(condition)?.possible);
      known.set(type, applies);
    }
    return applies;
  }

  #isIncluded(directives: readonly DirectiveNode[] | undefined): boolean {
    if (directives === undefined || directives.length === 0) return true;
    return directives.every((directive) => {
      const name = directive.name.value;
      if (name !== 'skip' && name !== 'include') return true;
      const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
      const isOn =
        value?.kind === Kind.VARIABLE ? this.#isOn(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
      return isOn === (name === 'include');
    });
  }
}

/** The value of a key, which is given when there is none. */
function knownIn<Key, Value>(values: Map<Key, Value>, key: Key, value: Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  values.set(key, value);
  return value;
}

function printArguments(args: readonly ArgumentNode[]): string {
  if (args.length === 0) return '';
  return `(${args.map(printArgument).sort().join(', ')})`;
}

function isWithin(some: ReadonlySet<string> | undefined, all: ReadonlySet<string> | undefined): boolean {
  if (some === undefined || all === undefined) return false;
  for (const one of some) if (!all.has(one)) return false;
  return true;
}

/** The field of a response key. */
export function fieldOf(fields: SelectedFields, key: string): SelectedField | undefined {
  for (const field of fields) if (field.key === key) return field;
  return undefined;
}

/** How many fields are looked through, before it is worth to index them. */
const indexFrom = 9;

/** Fields while they are collected. */
class Drafts {
  readonly all: SelectedDraft[] = [];
  readonly #type: CompositeType | undefined;
  #index: Map<string, SelectedDraft> | undefined;

  constructor(type: CompositeType | undefined) {
    this.#type = type;
  }

  /** The one of the field's response key, which is made when there is none. */
  draftOf({ alias, name: { value: name }, arguments: args = none }: FieldNode): SelectedDraft {
    const key = alias?.value ?? name;
    const known = this.#find(key);
    if (known !== undefined) return known;
    const definition = this.#type?.fields.get(name);
    // The model's own text, which is compared at a glance, and keeps no document.
    const draft = { key, name: definition?.name ?? name, definition, args, argsText: printArguments(args), sets: none };
    this.all.push(draft);
    if (this.#index !== undefined) this.#index.set(key, draft);
    else if (this.all.length === indexFrom) this.#index = new Map(this.all.map((one) => [one.key, one]));
    return draft;
  }

  #find(key: string): SelectedDraft | undefined {
    if (this.#index !== undefined) return this.#index.get(key);
    for (const draft of this.all) if (draft.key === key) return draft;
    return undefined;
  }
}

const none: readonly [] = [];
