import { composeServices } from '@theguild/federation-composition';
import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../schema/compose/compose.ts';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';

const header =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@override"])\n';

const fieldTypes = new Map([
  ['id', 'ID'],
  ['uid', 'ID'],
  ['f', 'Int'],
  ['g', 'Int'],
  ['toA', 'A'],
  ['toB', '[B]'],
  ['any', 'Any'],
  ['node', 'Node'],
]);
const fieldNames = [...fieldTypes.keys()];

/** One type of a random subgraph; what does not fit together is left out when it is printed. */
interface RandomType {
  readonly keys: readonly string[];
  readonly isResolvable: boolean;
  readonly isNode: boolean;
  readonly fields: readonly string[];
  readonly requiring: string;
}

interface RandomSubgraph {
  readonly A: RandomType;
  readonly B: RandomType | null;
  readonly roots: readonly string[];
}

const arbitraryType: fc.Arbitrary<RandomType> = fc.record({
  keys: fc.oneof(
    { weight: 4, arbitrary: fc.constant(['id']) },
    { weight: 1, arbitrary: fc.subarray(['id', 'uid', 'id uid', 'toB { id }']) },
  ),
  isResolvable: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  isNode: fc.boolean(),
  fields: fc.subarray(fieldNames),
  requiring: fc.constantFrom('', '', 'uid', 'toA'),
});

const arbitrarySubgraph: fc.Arbitrary<RandomSubgraph> = fc.record({
  A: arbitraryType,
  B: fc.option(arbitraryType),
  roots: fc.subarray(fieldNames),
});

/** Shares all fields, so that what can be wrong is only what is out of reach. */
function print({ A, B, roots }: RandomSubgraph): string {
  const types = new Map([['A', A], ...(B === null ? [] : [['B', B] as const])]);
  const hasNode = A.isNode || B?.isNode === true;
  const isKnown = (name: string) => (name !== 'toB' || B !== null) && (name !== 'node' || hasNode);
  const define = (name: string) => `${name}: ${fieldTypes.get(name)} @shareable`;
  const printed = [...types].map(([type, { keys, isResolvable, isNode, fields, requiring }]) => {
    const names = new Set(['id', ...fields.filter(isKnown)]);
    const known = keys.filter((key) => key.split(/\W+/).every((word) => word === '' || names.has(word)));
    const directives = known.map((key) => `@key(fields: "${key}", resolvable: ${isResolvable})`).join(' ');
    const isRequiring = names.has(requiring) && !names.has('f') && !known.some((key) => key.includes(requiring));
    const definitions = [...names].map((name) =>
      isRequiring && name === requiring ? `${define(name)} @requires(fields: "f") f: Int @external` : define(name),
    );
    return `type ${type} ${isNode ? 'implements Node ' : ''}${directives} { ${definitions.join(' ')} }`;
  });
  return `type Query { here: A @shareable ${roots.filter(isKnown).map(define).join(' ')} }
    union Any = ${[...types.keys()].join(' | ')}
    ${hasNode ? 'interface Node { id: ID }' : ''}
    ${printed.join('\n')}`;
}

function toSubgraphs(sdls: readonly string[]): readonly Subgraph[] {
  return sdls.map((sdl, index) => ({ kind: 'federation', name: `s${index}`, url: '', sdl: header + sdl }));
}

/** Coordinates of the fields out of reach; empty when the subgraphs compose. */
function unreachable(...sdls: readonly string[]): readonly (string | undefined)[] {
  const composition = compose(toSubgraphs(sdls));
  if (composition.kind === 'composed') return [];
  expect(composition.problems.map(({ code }) => code)).toEqual(composition.problems.map(() => 'SATISFIABILITY_ERROR'));
  return composition.problems.map(({ coordinate }) => coordinate);
}

describe('a query', () => {
  it.each([
    [
      'goes from key to key',
      [
        'type Query { a: A } type A @key(fields: "id") { id: ID! }',
        'type A @key(fields: "id") @key(fields: "uid") { id: ID! uid: ID! }',
        'type A @key(fields: "uid") { uid: ID! x: Int }',
      ],
      [],
    ],
    [
      'gathers a key of two fields from two subgraphs',
      [
        'type Query { a: A } type A @key(fields: "id") { id: ID! l: Int @shareable }',
        'type A @key(fields: "id") { id: ID! r: Int @shareable }',
        'type A @key(fields: "l r") { l: Int @shareable r: Int @shareable x: Int }',
      ],
      [],
    ],
    [
      'cannot use a key that is not resolvable',
      [
        'type Query { a: A } type A @key(fields: "id") { id: ID! }',
        'type Query { b: A } type A @key(fields: "id", resolvable: false) { id: ID! x: Int }',
      ],
      ['A.x'],
    ],
    [
      'cannot use a key whose fields it has not',
      ['type Query { a: A } type A @key(fields: "id") { id: ID! }', 'type A @key(fields: "uid") { uid: ID! x: Int }'],
      ['A.uid', 'A.x'],
    ],
    [
      'cannot use two keys of which each needs the other first',
      [
        'type Query { a: A } type A { b: B @shareable } type B { a: A @shareable }',
        'type A @key(fields: "b { r }") { b: B x: Int } type B @key(fields: "a { x }") { a: A r: Int }',
      ],
      ['A.x', 'B.r'],
    ],
    [
      'finds what is out of reach below unions and interfaces',
      [
        'type Query { u: U i: I } union U = A type A { id: ID } interface I { id: ID } type B implements I { id: ID }',
        'type A @key(fields: "uid") { uid: ID } type B @key(fields: "uid") { uid: ID }',
      ],
      ['A.uid', 'B.uid'],
    ],
    [
      'gets what a resolver requires, even if it starts there',
      [
        'type A @key(fields: "id") { id: ID! w: Int }',
        'type Query { a: A } type A @key(fields: "id") { id: ID! w: Int @external x: Int @requires(fields: "w") }',
      ],
      [],
    ],
    [
      'does not get what a resolver requires of a subgraph that loads nothing',
      [
        'type Query { a: A } type A @key(fields: "id", resolvable: false) { id: ID! w: Int }',
        'type A @key(fields: "id") { id: ID! w: Int @external x: Int @requires(fields: "w") }',
      ],
      ['A.x'],
    ],
    [
      'goes where a field was overridden to',
      [
        'type Query { a: A } type A @key(fields: "id") { id: ID! x: Int }',
        'type A @key(fields: "id") { id: ID! x: Int @override(from: "s0") }',
      ],
      [],
    ],
  ])('%s', (_, sdls, expected) => {
    expect(unreachable(...sdls)).toEqual(expected);
  });

  it('is judged in graphs that are too deep and large for the exact check', () => {
    const count = 2_500;
    const chain = Array.from({ length: count }, (_, i) => `type T${i} { id: ID! next: T${(i + 1) % count} }`).join(
      '\n',
    );
    const near = 'type Query { first: T0 e: E } type E @key(fields: "id") { id: ID! }';
    expect(unreachable(`${near}\n${chain}`, 'type E @key(fields: "id") { id: ID! x: Int }')).toEqual([]);
    const composition = compose(toSubgraphs([`${near}\n${chain}`, 'type E @key(fields: "uid") { uid: ID! }']));
    expect(composition).toEqual({
      kind: 'failed',
      problems: [
        {
          code: 'SATISFIABILITY_ERROR',
          message:
            'A query that gets to E in s0 cannot get to E.uid: give E a @key in a subgraph that resolves it, of fields that s0 has.',
          subgraph: undefined,
          coordinate: 'E.uid',
        },
      ],
    });
  });
});

it('accepts and refuses the graphs that the exact check accepts and refuses', () => {
  const exactly = (sdls: readonly string[], disableValidationRules: string[]) =>
    composeServices(
      sdls.map((sdl, index) => ({ name: `s${index}`, url: '', typeDefs: parse(header + sdl) })),
      { disableValidationRules },
    ).errors === undefined;
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(arbitrarySubgraph, { minLength: 2, maxLength: 3 }), (drawn) => {
      const sdls = drawn.map(print);
      fc.pre(exactly(sdls, ['SatisfiabilityRule']));
      const isAccepted = exactly(sdls, []);
      seen[isAccepted ? 'accepted' : 'refused'] += 1;
      expect(compose(toSubgraphs(sdls)).kind).toBe(isAccepted ? 'composed' : 'failed');
    }),
    { numRuns: 80, seed: 1 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(10);
});
