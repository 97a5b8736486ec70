import fc from 'fast-check';
import { buildSchema, getVariableValues } from 'graphql';
import { describe, expect, it } from 'vitest';
import { coerceVariables } from '../../../gateway/operation/coerce-variables.ts';
import { createReader, refusalOf } from './shop.ts';

const schema = buildSchema(`
  type Query {
    f(
      int: Int  float: Float  string: String  boolean: Boolean  id: ID  sort: Sort  filter: Filter  by: By  odd: Odd  json: JSON
      ints: [Int!]  table: [[String]]  filters: [Filter!]
    ): Int
  }
  input Filter { text: String! = "all"  max: Int  not: Filter  any: [Filter!]  sort: Sort = ASC  json: JSON }
  input Odd { constructor: String  toString: Int = 1 }
  input By @oneOf { id: ID  name: String }
  enum Sort { ASC DESC }
  scalar JSON
`);
const types = {
  int: 'Int',
  float: 'Float',
  string: 'String',
  boolean: 'Boolean',
  id: 'ID',
  sort: 'Sort',
  filter: 'Filter',
  by: 'By',
  odd: 'Odd',
  json: 'JSON',
  ints: '[Int!]',
  table: '[[String]]',
  filters: '[Filter!]',
} as const;
const read = createReader({ schema });
const operation = (query: string) => read({ query }, { method: 'POST' });

/** An operation with one variable of the argument's type, which may end in `!` or a default. */
const operationWith = (argument: keyof typeof types, rest = '', name = 'x') =>
  operation(`query ($${name}: ${types[argument]}${rest}) { f(${argument}: $${name}) }`);

const coerced = (argument: keyof typeof types, json: string, rest = '') =>
  coerceVariables(schema, operationWith(argument, rest), JSON.parse(json));
const refusal = (argument: keyof typeof types, json: string, rest = '') =>
  refusalOf(() => coerced(argument, json, rest));

describe('the variables of an operation', () => {
  it.each([
    ['int', '{"x":2147483647}', '', '{"x":2147483647}'],
    ['int', '{"x":5.0}', '', '{"x":5}'],
    ['int', '{"x":null}', '', '{"x":null}'],
    ['int', '{}', '', '{}'],
    ['int', '{}', ' = 7', '{"x":7}'],
    ['int', '{"x":null}', ' = 7', '{"x":null}'],
    ['id', '{"x":5}', '', '{"x":"5"}'],
    ['float', '{"x":5}', '', '{"x":5}'],
    ['sort', '{"x":"DESC"}', '', '{"x":"DESC"}'],
    ['sort', '{}', ' = DESC', '{"x":"DESC"}'],
    ['ints', '{"x":5}', '', '{"x":[5]}'],
    ['table', '{"x":"a"}', '', '{"x":[["a"]]}'],
    ['table', '{"x":[null,"a",["b",null]]}', '', '{"x":[null,["a"],["b",null]]}'],
    ['filter', '{"x":{}}', '', '{"x":{"text":"all","sort":"ASC"}}'],
    ['filter', '{"x":{"max":null}}', '', '{"x":{"max":null,"text":"all","sort":"ASC"}}'],
    [
      'filter',
      '{}',
      ' = {any:{max:1}}',
      '{"x":{"text":"all","any":[{"text":"all","max":1,"sort":"ASC"}],"sort":"ASC"}}',
    ],
    ['odd', '{"x":{}}', '', '{"x":{"toString":1}}'],
    ['odd', '{"x":{"constructor":"c","toString":2}}', '', '{"x":{"constructor":"c","toString":2}}'],
    ['by', '{"x":{"id":1}}', '', '{"x":{"id":"1"}}'],
    [
      'json',
      '{"x":{"__proto__":{"polluted":1},"a":[1e30,"x",{}]},"y":1}',
      '',
      '{"x":{"__proto__":{"polluted":1},"a":[1e30,"x",{}]}}',
    ],
  ] as const)('of type %s, sent as %s with%s, are JSON for a subgraph', (argument, json, rest, expected) => {
    expect(JSON.stringify(coerced(argument, json, rest))).toBe(JSON.stringify(JSON.parse(expected)));
  });

  const int = 'Int cannot represent non-integer value.';
  it.each([
    ['int', '{"x":1.5}', '', `Variable "$x" got an invalid value: ${int}`],
    [
      'int',
      '{"x":2147483648}',
      '',
      'Variable "$x" got an invalid value: Int cannot represent non 32-bit signed integer value.',
    ],
    ['int', '{"x":1e400}', '', 'Variable "$x" got an invalid value: The number is too large for type "Int".'],
    ['json', '{"x":1e400}', '', 'Variable "$x" got an invalid value: The number is too large for type "JSON".'],
    ['int', '{}', '!', 'Variable "$x" of required type "Int!" was not provided.'],
    [
      'int',
      '{"x":null}',
      '!',
      'Variable "$x" got an invalid value: Expected a value of type "Int!", which must not be null.',
    ],
    ['float', '{"x":"1"}', '', 'Variable "$x" got an invalid value: Float cannot represent non numeric value.'],
    [
      'string',
      '{"x":{"a":": b"}}',
      '',
      'Variable "$x" got an invalid value: String cannot represent a non string value.',
    ],
    [
      'boolean',
      '{"x":"true"}',
      '',
      'Variable "$x" got an invalid value: Boolean cannot represent a non boolean value.',
    ],
    ['id', '{"x":1.5}', '', 'Variable "$x" got an invalid value: ID cannot represent value.'],
    ['sort', '{"x":"asc"}', '', 'Variable "$x" got an invalid value: Expected one of the values of enum "Sort".'],
    ['sort', '{"x":"__proto__"}', '', 'Variable "$x" got an invalid value: Expected one of the values of enum "Sort".'],
    [
      'ints',
      '{"x":[1,null]}',
      '',
      'Variable "$x" got an invalid value at "x[1]": Expected a value of type "Int!", which must not be null.',
    ],
    ['filter', '{"x":[]}', '', 'Variable "$x" got an invalid value: Expected an object of type "Filter".'],
    [
      'filter',
      '{"x":{"any":[{},{"not":{"max":"1"}}]}}',
      '',
      `Variable "$x" got an invalid value at "x.any[1].not.max": ${int}`,
    ],
    [
      'filter',
      '{"x":{"toString":1}}',
      '',
      'Variable "$x" got an invalid value: Field "toString" is not defined by type "Filter".',
    ],
    [
      'filter',
      '{"x":{"__proto__":{}}}',
      '',
      'Variable "$x" got an invalid value: Field "__proto__" is not defined by type "Filter".',
    ],
    [
      'by',
      '{"x":{}}',
      '',
      'Variable "$x" got an invalid value: Exactly one field of type "By" must be given, and not as null.',
    ],
    [
      'by',
      '{"x":{"id":null}}',
      '',
      'Variable "$x" got an invalid value: Exactly one field of type "By" must be given, and not as null.',
    ],
    [
      'by',
      '{"x":{"id":"1","name":"a"}}',
      '',
      'Variable "$x" got an invalid value: Exactly one field of type "By" must be given, and not as null.',
    ],
  ] as const)('of type %s, sent as %s with%s, are refused', (argument, json, rest, message) => {
    expect(refusal(argument, json, rest)).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message,
      errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'then', 'toJSON'])('may be called %s', (name) => {
    const op = operationWith('json', '', name);
    const sent = JSON.parse(`{"${name}":{"polluted":1}}`);
    const values = coerceVariables(schema, op, sent);
    expect(Object.entries(values)).toEqual([[name, { polluted: 1 }]]);
    expect(coerceVariables(schema, op, {})[name]).toBeUndefined();
    expect(JSON.stringify(values)).toBe(JSON.stringify(sent));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each([
    ['a list of 100,000 wrong items', 'ints', { x: Array(100_000).fill('secret') }, 20],
    ['900 KB for an Int', 'int', { x: 'secret'.repeat(150_000) }, 1],
    [
      '50,000 unknown fields',
      'filter',
      { x: Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`n${index}`, 'secret'])) },
      20,
    ],
    ['an unknown field of 900 KB', 'filter', { x: { ['n'.repeat(900_000)]: 'secret' } }, 1],
    ['an object that is nested too deep', 'filter', { x: deepFilter(201) }, 1],
    ['an object that is nested 5,000 deep', 'filter', { x: deepFilter(5_000) }, 1],
  ] as const)('are refused fast and briefly: %s', (_, argument, variables, count) => {
    const before = process.cpuUsage().user;
    const refused = refusalOf(() => coerceVariables(schema, operationWith(argument), variables));
    expect(process.cpuUsage().user - before).toBeLessThan(500_000);
    expect(refused?.errors).toHaveLength(count);
    expect(refused?.bytes).toBeLessThan(10_000);
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  it('nest as deep as the limit', () => {
    expect(() => coerceVariables(schema, operationWith('filter'), { x: deepFilter(200) })).not.toThrow();
  });

  it('are coerced as graphql-js coerces them', () => {
    const names = fc.constantFrom('text', 'max', 'not', 'any', 'sort', 'json', 'id', 'name', 'nope');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, 1, 2.5, 2 ** 31, true, '', 'ASC', 'a', []),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 3 }),
      ),
    }));
    // Not `odd`: there graphql-js takes what objects inherit for what the client sent.
    const argument = fc.constantFrom(
      'int',
      'float',
      'string',
      'boolean',
      'id',
      'sort',
      'filter',
      'by',
      'json',
      'ints',
      'table',
      'filters',
    );
    const verdicts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(argument, fc.constantFrom('', '!'), value, (of, rest, x) => {
        const op = operationWith(of, rest);
        const expected = getVariableValues(schema, op.definition.variableDefinitions ?? [], { x });
        let values: unknown;
        const refused = refusalOf(() => {
          values = coerceVariables(schema, op, { x });
        });
        verdicts[refused === undefined ? 'taken' : 'refused'] += 1;
        expect(refused === undefined).toBe(expected.errors === undefined);
        expect(values === undefined ? undefined : JSON.parse(JSON.stringify(values))).toEqual(expected.coerced);
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(200);
  });
});

/** A filter within a filter, `depth` times. */
function deepFilter(depth: number): object {
  let filter: object = { max: 1 };
  for (let level = 1; level < depth; level += 1) filter = { not: filter };
  return filter;
}
