import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { splitIntrospection } from '../../../gateway/execute/introspection.ts';
import { toOperation } from '../../support/test-graph.ts';

function split(text: string, variables: Record<string, unknown> = {}) {
  const { introspection, data, rootKeysOf } = splitIntrospection(toOperation(text));
  const flat = (document: typeof data) => document && print(document).replaceAll(/\s+/g, ' ').trim();
  return { introspection: flat(introspection), data: flat(data), rootKeys: rootKeysOf(variables) };
}

describe('splitIntrospection', () => {
  it('leaves an operation without introspection to the subgraphs', () => {
    expect(split('{ a b __typename }')).toEqual({
      introspection: undefined,
      data: '{ a b __typename }',
      rootKeys: ['a', 'b', '__typename'],
    });
  });

  it('leaves nothing to the subgraphs when there is only introspection', () => {
    expect(split('{ __schema { queryType { name } } }')).toMatchObject({ data: undefined, rootKeys: ['__schema'] });
  });

  it('takes introspection out of fragments, aliases and directives kept', () => {
    expect(
      split('query Q($x: Boolean!) { a ...F @skip(if: $x) } fragment F on Query { t: __type(name: "T") { name } b }', {
        x: false,
      }),
    ).toEqual({
      introspection:
        'query Q($x: Boolean!) { ... @skip(if: $x) { t: __type(name: "T") { name } } } fragment F on Query { t: __type(name: "T") { name } b }',
      data: 'query Q($x: Boolean!) { a ... @skip(if: $x) { b } } fragment F on Query { t: __type(name: "T") { name } b }',
      rootKeys: ['a', 't', 'b'],
    });
  });

  it('knows the order of what is selected after all', () => {
    const text = 'query Q($x: Boolean!) { a @skip(if: $x) ...F b } fragment F on Query { b a c @include(if: $x) }';
    expect(split(text, { x: true }).rootKeys).toEqual(['b', 'a', 'c']);
    expect(split(text, { x: false }).rootKeys).toEqual(['a', 'b']);
  });

  it('does not mistake a field below the root for introspection', () => {
    expect(split('{ a { __typename } }').introspection).toBeUndefined();
  });
});
