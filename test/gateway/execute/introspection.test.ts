import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { splitIntrospection } from '../../../gateway/execute/introspection.ts';
import { toOperation } from '../../support/test-graph.ts';

function split(text: string) {
  const { introspection, data, rootKeys } = splitIntrospection(toOperation(text));
  const flat = (document: typeof data) => document && print(document).replaceAll(/\s+/g, ' ').trim();
  return { introspection: flat(introspection), data: flat(data), rootKeys };
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
      split('query Q($x: Boolean!) { a ...F @skip(if: $x) } fragment F on Query { t: __type(name: "T") { name } b }'),
    ).toEqual({
      introspection:
        'query Q($x: Boolean!) { ... @skip(if: $x) { t: __type(name: "T") { name } } } fragment F on Query { t: __type(name: "T") { name } b }',
      data: 'query Q($x: Boolean!) { a ... @skip(if: $x) { b } } fragment F on Query { t: __type(name: "T") { name } b }',
      rootKeys: ['a', 't', 'b'],
    });
  });

  it('does not mistake a field below the root for introspection', () => {
    expect(split('{ a { __typename } }').introspection).toBeUndefined();
  });
});
