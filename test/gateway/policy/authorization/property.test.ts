import fc from 'fast-check';
import { execute, type FieldNode, Kind, type SelectionSetNode, valueFromASTUntyped } from 'graphql';
import { expect, it } from 'vitest';
import type { Operation } from '../../../../gateway/operation/operation.ts';
import {
  createRandomData,
  createRandomGraph,
  createRandomQuery,
  Dice,
  fieldsOf,
  interfaceFields,
  interfacesOf,
  type ObjectName,
  possibleTypes,
  type RandomGraph,
  type Value,
} from './random-graph.ts';
import { createSubject, someone } from './subject.ts';

/** A field of the operation, told apart by all that it is selected within. */
interface Occurrence {
  readonly id: string;
  readonly node: FieldNode;
}

/** What is asked of the schema is always the same. */
const introspected: Readonly<Record<string, unknown>> = {
  __schema: { queryType: { name: 'Query' } },
  __type: { name: 'C' },
};

/** Decides by trying every object type at every place. */
class Reference {
  readonly #graph: RandomGraph;
  readonly #operation: Operation;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #scopes: ReadonlySet<string>;
  readonly #ids = new Map<object, number>();
  /** Object types that each occurrence was met with. */
  readonly #met = new Map<string, Set<ObjectName>>();
  readonly deniedPaths = new Set<string>();
  errors: string[] = [];

  constructor(
    graph: RandomGraph,
    operation: Operation,
    variables: Record<string, unknown>,
    scopes: ReadonlySet<string>,
  ) {
    this.#graph = graph;
    this.#operation = operation;
    this.#variables = variables;
    this.#scopes = scopes;
    this.#tryAll(operation.definition.selectionSet, 'Query', '', []);
  }

  isAllowed(type: ObjectName, field: string, args: object = {}): boolean {
    const demands = this.#demands(type, field, new Set());
    // All enum values have one type.
    const holdsLevel = /"(LOW|HIGH)"/.test(JSON.stringify(args));
    if (holdsLevel && this.#graph.guarded.has('Level')) demands.add('Level');
    return [...demands].every((scope) => this.#scopes.has(scope));
  }

  #isFieldAllowed(type: ObjectName, { name, arguments: nodes = [] }: FieldNode): boolean {
    const args = nodes.map(({ value }) => valueFromASTUntyped(value, this.#variables));
    return this.isAllowed(type, name.value, args);
  }

  answer(root: Value): unknown {
    this.errors = [];
    const set = this.#operation.definition.selectionSet;
    return this.#complete(root, [[set, '']], []) ?? null;
  }

  #demands(type: ObjectName, field: string, seen: Set<string>): Set<string> {
    const demands = new Set<string>();
    const place = `${type}.${field}`;
    if (seen.has(place)) return demands;
    seen.add(place);
    const add = (coordinate: string) => {
      if (this.#graph.guarded.has(coordinate)) demands.add(coordinate);
    };
    const addType = (name: string) => [name, ...(interfacesOf[name as ObjectName] ?? [])].forEach(add);
    addType(type);
    add(place);
    for (const name of interfacesOf[type]) if (interfaceFields[name]?.[field]) add(`${name}.${field}`);
    addType(fieldsOf[type][field] ?? '');
    for (const [owner, from] of this.#graph.computed[place] ?? []) {
      for (const scope of this.#demands(owner, from, seen)) demands.add(scope);
    }
    return demands;
  }

  *#fields(
    set: SelectionSetNode,
    type: ObjectName,
    within: string,
  ): Iterable<Occurrence & { set: SelectionSetNode | undefined }> {
    for (const node of set.selections) {
      if (!this.#isIncluded(node)) continue;
      const id = `${within}/${this.#idOf(node)}`;
      if (node.kind === Kind.FIELD) yield { id, node, set: node.selectionSet };
      else {
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragment(node.name.value);
        const on = fragment.typeCondition?.name.value;
        if (on === undefined || possibleTypes[on]?.includes(type)) yield* this.#fields(fragment.selectionSet, type, id);
      }
    }
  }

  #tryAll(set: SelectionSetNode, type: ObjectName, within: string, path: readonly string[]): void {
    for (const { id, node, set: below } of this.#fields(set, type, within)) {
      const field = node.name.value;
      this.#met.set(id, (this.#met.get(id) ?? new Set()).add(type));
      const here = [...path, node.alias?.value ?? field];
      if (field.startsWith('__') && type === 'Query') continue;
      if (!this.#isFieldAllowed(type, node)) this.deniedPaths.add(here.join('.'));
      for (const inner of possibleTypes[fieldsOf[type][field] ?? ''] ?? []) {
        if (below !== undefined) this.#tryAll(below, inner, id, here);
      }
    }
  }

  /** A field is withheld where one of its objects could be of a type whose field is denied; type names, where it is. */
  #isOpen({ id, node }: Occurrence, type: ObjectName): boolean {
    const field = node.name.value;
    if (field.startsWith('__') && type === 'Query') return true;
    if (field === '__typename') return this.isAllowed(type, field);
    return [...(this.#met.get(id) ?? [])].every((name) => this.#isFieldAllowed(name, node));
  }

  #complete(
    object: Value,
    sets: readonly (readonly [SelectionSetNode, string])[],
    path: readonly (string | number)[],
  ): unknown {
    const type = object.__typename;
    const groups = new Map<string, (Occurrence & { set: SelectionSetNode | undefined })[]>();
    for (const occurrence of sets.flatMap(([set, within]) => [...this.#fields(set, type, within)])) {
      const key = occurrence.node.alias?.value ?? occurrence.node.name.value;
      groups.set(key, [...(groups.get(key) ?? []), occurrence]);
    }
    const completed: Record<string, unknown> = {};
    let failed = false;
    for (const [key, occurrences] of groups) {
      const field = occurrences[0]!.node.name.value;
      const open = occurrences.filter((occurrence) => this.#isOpen(occurrence, type));
      if (open.length === 0) this.errors.push([...path, key].join('.'));
      const below = open.flatMap(({ set, id }) => (set === undefined ? [] : [[set, id] as const]));
      const value =
        introspected[field] ?? (open.length === 0 ? null : this.#value(object[field], below, [...path, key]));
      if (value === null && (field === '__typename' || this.#graph.isNonNull(field))) failed = true;
      completed[key] = value;
    }
    return failed ? null : completed;
  }

  #value(
    value: unknown,
    below: readonly (readonly [SelectionSetNode, string])[],
    path: readonly (string | number)[],
  ): unknown {
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.#value(item, below, [...path, index]));
      const nullable = String(path.at(-1)).startsWith('anys');
      return !nullable && items.includes(null) ? null : items;
    }
    return typeof value === 'object' && value !== null ? this.#complete(value as Value, below, path) : value;
  }

  #isIncluded({ directives = [] }: SelectionSetNode['selections'][number]): boolean {
    return directives.every(({ name, arguments: args }) => {
      const value = args?.[0]?.value;
      const given =
        value?.kind === Kind.VARIABLE ? this.#variables[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
      return name.value === 'skip' ? !given : given;
    });
  }

  #fragment(name: string) {
    for (const node of this.#operation.document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name) return node;
    }
    throw new Error(`There is no fragment ${name}.`);
  }

  #idOf(node: object): number {
    const id = this.#ids.get(node) ?? this.#ids.size;
    this.#ids.set(node, id);
    return id;
  }
}

/** Some operations and identities over one graph, as graphs take longest to make. */
function createCases(seed: number, config: object) {
  const dice = new Dice(seed);
  const graph = createRandomGraph(dice);
  const subject = createSubject(graph.supergraph, { ...config, rules: graph.rules });
  const cases = Array.from({ length: 8 }, () => {
    const { text, variables } = createRandomQuery(dice);
    const operation = subject.operation(text);
    const scopes = [...graph.guarded].filter(() => dice.isOneOf(2));
    const reference = new Reference(graph, operation, variables, new Set(scopes));
    return { text, operation, variables, reference, identity: someone({ scopes }) };
  });
  return { dice, graph, subject, cases };
}

const covers = (prefix: string, path: string) => path === prefix || path.startsWith(`${prefix}.`);

it('refuses just the operations of which something is forbidden for some object that may be there', async () => {
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { subject, cases } = createCases(seed, {});
      for (const { text, variables, identity, reference } of cases) {
        const refused = await subject.refused(text, { identity, variables });
        const { deniedPaths } = reference;
        if (refused.length > 0) refusals += 1;
        for (const path of refused) expect(deniedPaths).toContain(path);
        if (refused.length === 20) continue;
        for (const path of deniedPaths) expect(refused.some((prefix) => covers(prefix, path))).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
  expect(refusals).toBeGreaterThan(60);
});

it('filters what is forbidden, fetches none of it, and answers all the rest', async () => {
  let narrowings = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { dice, graph, subject, cases } = createCases(seed, { mode: 'filter' });
      const data = createRandomData(dice, graph);
      for (const { operation, variables, identity, reference } of cases) {
        const { narrowed } = await subject.enforce(operation, { identity, variables });
        if (narrowed !== undefined) narrowings += 1;
        const ran = narrowed === undefined ? operation : narrowed.operation;
        const result =
          ran &&
          (await execute({
            schema: subject.schema,
            document: ran.document,
            rootValue: data,
            variableValues: variables,
            fieldResolver: (source: Value, args, _context, { fieldName, parentType }) => {
              expect(reference.isAllowed(parentType.name as ObjectName, fieldName, args)).toBe(true);
              return source[fieldName];
            },
          }));
        const answer = narrowed === undefined ? result : narrowed.complete(result);
        expect(JSON.stringify(answer?.data)).toBe(JSON.stringify(reference.answer(data)));
        expect((answer?.errors ?? []).map(({ path }) => path?.join('.'))).toEqual(reference.errors);
      }
    }),
    { numRuns: 40 },
  );
  expect(narrowings).toBeGreaterThan(60);
});
