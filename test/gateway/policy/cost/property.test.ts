import fc from 'fast-check';
import {
  buildSchema,
  type FieldNode,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity';
import { describe, expect, it } from 'vitest';
import { toOperation } from '../../../support/test-graph.ts';
import { composed, costsOf, toCostConfig } from './cost-harness.ts';

const weights: Readonly<Record<string, number>> = { A: 2, B: 5, C: 1 };
const defaultListSize = 3;

const sdl = /* GraphQL */ `
  type Query { one: I  many: [I]  a: A  union: U  list: [U] }
  interface I { x: Int  next: I  items: [I] }
  interface J { y: Int  other: J }
  type A implements I @cost(weight: 2) { x: Int  next: I  items: [I]  own: C }
  type B implements I & J @cost(weight: 5) { x: Int  next: I  items: [I]  y: Int  other: J }
  type C implements J { y: Int  other: J  both: U }
  union U = A | B | C
`;
const supergraph = composed(sdl);
const schema = buildSchema(supergraph.publicSdl);
const { cost } = costsOf(supergraph, toCostConfig({ defaultListSize }));

interface Shape {
  /** How many response names a field may have. */
  readonly aliases: number;
  readonly conditions: readonly string[];
}

const overlapping: Shape = { aliases: 1, conditions: ['A', 'B', 'C', 'I', 'J', 'U'] };
const distinct: Shape = { aliases: 1_000_000_000, conditions: [] };

/** Names each response key after the field and a number, so that what is one field in one place is one everywhere. */
function selections(typeName: string, depth: number, shape: Shape): fc.Arbitrary<string> {
  const type = schema.getType(typeName);
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const leaf = fc.constant('__typename');
  if (depth === 0) return leaf;
  const field = fields.map((one) => {
    const named = getNamedType(one.type);
    const alias = fc.noBias(fc.nat(shape.aliases)).map((number) => `${one.name}${typeName}${number}: ${one.name}`);
    return isCompositeType(named)
      ? fc.tuple(alias, selections(named.name, depth - 1, shape)).map(([name, inner]) => `${name} { ${inner} }`)
      : alias;
  });
  const conditions = (typeName === 'Query' ? [] : shape.conditions).map((condition) =>
    selections(condition, depth - 1, shape).map((inner) => `... on ${condition} { ${inner} }`),
  );
  return fc
    .array(
      fc.oneof({ weight: 1, arbitrary: leaf }, ...field.map((arbitrary) => ({ weight: 4, arbitrary })), ...conditions),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((all) => all.join(' '));
}

/** By the specification's CollectFields, for each type that an object may have: the dearest. */
function reference(sets: readonly SelectionSetNode[], types: readonly GraphQLObjectType[], isRoot = false): number {
  return Math.max(
    0,
    ...types.map((type) => {
      const fields = new Map<string, FieldNode[]>();
      for (const set of sets) collect(set, type, fields);
      let sum = isRoot ? 0 : (weights[type.name] ?? 1);
      for (const [first, ...others] of fields.values()) {
        const declared = first && type.getFields()[first.name.value];
        const named = declared && getNamedType(declared.type);
        if (!isCompositeType(named)) continue;
        const inner = [first, ...others].flatMap((node) => node?.selectionSet ?? []);
        const size = declared && isListType(getNullableType(declared.type)) ? defaultListSize : 1;
        sum += size * reference(inner, isAbstractType(named) ? schema.getPossibleTypes(named) : [named]);
      }
      return sum;
    }),
  );
}

function collect(set: SelectionSetNode, type: GraphQLObjectType, fields: Map<string, FieldNode[]>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = schema.getType(selection.typeCondition?.name.value ?? '');
      const applies = isAbstractType(condition) ? schema.isSubType(condition, type) : condition === type;
      if (applies) collect(selection.selectionSet, type, fields);
    }
  }
}

function referenceOf(text: string): number {
  const [definition] = parse(text).definitions as OperationDefinitionNode[];
  const query = schema.getQueryType();
  return definition && query ? reference([definition.selectionSet], [query], true) : Number.NaN;
}

/** An answer of random types, with lists no longer than they are taken to be. */
function answer(sets: readonly SelectionSetNode[], types: readonly GraphQLObjectType[], random: () => number): unknown {
  const type = types[Math.floor(random() * types.length)];
  if (type === undefined) return null;
  const fields = new Map<string, FieldNode[]>();
  for (const set of sets) collect(set, type, fields);
  return Object.fromEntries(
    Array.from(fields, ([key, nodes]) => {
      const declared = type.getFields()[nodes[0]?.name.value ?? ''];
      if (declared === undefined) return [key, type.name];
      const named = getNamedType(declared.type);
      const inner = nodes.flatMap((node) => node.selectionSet ?? []);
      const one = () => {
        if (!isCompositeType(named)) return 1;
        return random() < 0.1
          ? null
          : answer(inner, isObjectType(named) ? [named] : schema.getPossibleTypes(named), random);
      };
      if (!isListType(getNullableType(declared.type))) return [key, one()];
      return [key, Array.from({ length: Math.floor(random() * (defaultListSize + 1)) }, one)];
    }),
  );
}

const operations = (shape: Shape) => selections('Query', 4, shape).map((text) => `{ ${text} }`);

describe('estimates of random operations', () => {
  it('are those of the dearest types that the objects may have, or a little more', () => {
    let exact = 0;
    const runs = 400;
    fc.assert(
      fc.property(operations(overlapping), (text) => {
        const estimated = cost.estimateOf(toOperation(text), {});
        const least = referenceOf(text);
        expect(estimated).toBeGreaterThanOrEqual(least);
        if (estimated === least) exact += 1;
      }),
      { numRuns: runs },
    );
    // More only where one field is selected on overlapping types, each time with fields of its own.
    expect(exact).toBeGreaterThan(runs * 0.6);
  });

  it('are those for the one subgraph that answers everything', () => {
    fc.assert(
      fc.property(operations(overlapping), (text) => {
        const operation = toOperation(text);
        expect(cost.estimateFor('s0', operation, {})).toBe(cost.estimateOf(operation, {}));
        expect(cost.estimateFor('nobody', operation, {})).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('are never less than what an answer costs', () => {
    fc.assert(
      fc.property(
        operations(overlapping),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (text, stream) => {
          const operation = toOperation(text);
          const random = () => stream.next().value ?? 0;
          const query = schema.getQueryType();
          const data = query && answer([operation.definition.selectionSet], [query], random);
          const actual = cost.actualOf(operation, {}, { data: data as Record<string, unknown> });
          expect(actual).toBeLessThanOrEqual(cost.estimateOf(operation, {}));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are those of graphql-query-complexity where nothing is selected twice', () => {
    const unweighted = costsOf(composed(sdl.replaceAll(/@cost\(weight: \d\)/g, '')), toCostConfig({ defaultListSize }));
    const estimators: ComplexityEstimator[] = [
      ({ field, childComplexity }) => {
        if (!isCompositeType(getNamedType(field.type))) return 0;
        return (isListType(getNullableType(field.type)) ? defaultListSize : 1) * (1 + childComplexity);
      },
    ];
    fc.assert(
      fc.property(operations(distinct), (text) => {
        const operation = toOperation(text);
        const second = getComplexity({ schema, query: operation.document, estimators });
        expect(unweighted.cost.estimateOf(operation, {})).toBe(second);
      }),
      { numRuns: 200 },
    );
  });
});
