import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { VariableTest } from './formula.ts';
import type { Scope, Scopes } from './scope.ts';

/** All tests that must hold; none for what is always there. Of each variable at most one. */
type Tests = readonly VariableTest[];

/** A selection set, the type that it selects on, and when it does. */
export interface Source {
  readonly set: SelectionSetNode;
  readonly type: GraphQLCompositeType;
  readonly tests: Tests;
}

/** All selections of one field of one object, for the types in `scope`. */
export interface SelectedField {
  readonly responseName: string;
  readonly scope: Scope;
  /** The first of the selections, and the type that it selects on. */
  readonly node: FieldNode;
  readonly parent: GraphQLCompositeType;
  /** The tests of each selection. */
  readonly when: Tests[];
  /** The selection sets of each selection, with its tests; their type is that of the field. */
  readonly sets: Omit<Source, 'type'>[];
}

/** Tells tests apart, and tests of the same meaning not. */
export function keyOfTests(tests: Tests): string {
  return tests.map(({ variable, wanted }) => `${wanted ? '+' : '-'}${variable}`).join('');
}

/** Finds what a document selects of an object, merged as execution merges it. */
export class FieldSelector {
  readonly #schema: GraphQLSchema;
  readonly #scopes: Scopes;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();

  constructor(schema: GraphQLSchema, scopes: Scopes, document: DocumentNode) {
    this.#schema = schema;
    this.#scopes = scopes;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  /** @see https://spec.graphql.org/October2021/#CollectFields() */
  select(sources: readonly Source[], scope: Scope): readonly SelectedField[] {
    const level: Level = { fields: new Map(), spread: new Set() };
    for (const source of sources) this.#collect(level, source, scope);
    return [...level.fields.values()];
  }

  #collect(level: Level, { set, type, tests }: Source, scope: Scope): void {
    for (const selection of set.selections) {
      const all = addTests(tests, selection);
      if (all === undefined) continue;
      if (selection.kind === Kind.FIELD) {
        addField(level, selection, { scope, parent: type, tests: all });
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition === undefined ? type : typeFromAST(this.#schema, fragment.typeCondition);
      if (!isCompositeType(condition)) continue;
      const narrowed = this.#scopes.narrow(scope, condition);
      if (narrowed.types.length === 0) continue;
      if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
        const key = `${fragment.name.value} ${keyOfTests(all)} ${narrowed.id}`;
        if (level.spread.has(key)) continue;
        level.spread.add(key);
      }
      this.#collect(level, { set: fragment.selectionSet, type: condition, tests: all }, narrowed);
    }
  }
}

interface Level {
  readonly fields: Map<string, SelectedField>;
  /** Fragments that are merged already: again they would add nothing. */
  readonly spread: Set<string>;
}

function addField(
  { fields }: Level,
  node: FieldNode,
  { scope, parent, tests }: { readonly scope: Scope; readonly parent: GraphQLCompositeType; readonly tests: Tests },
): void {
  const responseName = node.alias?.value ?? node.name.value;
  const key = `${responseName} ${scope.id}`;
  let field = fields.get(key);
  if (field === undefined) {
    field = { responseName, scope, node, parent, when: [], sets: [] };
    fields.set(key, field);
  }
  field.when.push(tests);
  if (node.selectionSet !== undefined) field.sets.push({ set: node.selectionSet, tests });
}

/** The tests with those of a selection's `@skip` and `@include`; `undefined` when they can never hold together. */
function addTests(tests: Tests, { directives = [] }: SelectionNode): Tests | undefined {
  let all = tests;
  for (const directive of directives) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const wanted = name === 'include';
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (condition?.kind === Kind.BOOLEAN && condition.value !== wanted) return undefined;
    if (condition?.kind !== Kind.VARIABLE) continue;
    const variable = condition.name.value;
    const known = all.find((test) => test.variable === variable);
    if (known !== undefined && known.wanted !== wanted) return undefined;
    if (known === undefined) {
      all = [...all, { variable, wanted }].sort((a, b) => (a.variable < b.variable ? -1 : 1));
    }
  }
  return all;
}
