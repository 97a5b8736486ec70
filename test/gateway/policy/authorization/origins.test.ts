import { describe, expect, it } from 'vitest';
import { Origins } from '../../../../gateway/policy/authorization/origins.ts';
import type { Requirement } from '../../../../gateway/policy/authorization/requirement.ts';
import { composed, link, written } from './subject.ts';

const authenticated: Requirement = { kind: 'authenticated' };
const scopes: Requirement = { kind: 'scopes', anyOf: [['x']] };

const services = {
  a: `${link}
    type Query { me: User @authenticated both: User @shareable @authenticated node: Node }
    interface Node { id: ID! }
    type User implements Node @key(fields: "id") @authenticated { id: ID! name: String @shareable @requiresScopes(scopes: [["a"]]) }`,
  b: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", { name: "@requiresScopes", as: "@needs" }])
    schema { query: Root }
    type Root { both: User @shareable }
    type User @key(fields: "id") { id: ID! name: String @shareable @needs(scopes: [["b"]]) iban: Iban tax: String @federation__authenticated }
    scalar Iban @needs(scopes: [["pii"]])`,
};

describe('where a demand comes from', () => {
  it.each<[coordinate: string, requirement: Requirement, known: readonly string[], guessed: readonly string[]]>([
    ['Query.me', authenticated, ['a'], ['a']],
    ['Query.both', authenticated, ['a'], []],
    ['User', authenticated, ['a'], []],
    ['User.name', scopes, ['a', 'b'], []],
    ['User.tax', authenticated, ['b'], ['b']],
    ['Iban', scopes, ['b'], ['b']],
    // A composer writes onto the interface what its objects declare.
    ['Node', authenticated, ['a'], []],
    ['User.id', scopes, [], []],
    ['Nowhere.at', scopes, [], []],
  ])(
    'is told for %s by the subgraphs, and by the supergraph where one alone has it',
    (coordinate, requirement, known, guessed) => {
      const supergraph = composed(services);
      const subgraphs = Object.entries(services).map(([name, sdl]) => ({ name, sdl }));
      expect(new Origins(supergraph, subgraphs).of({ coordinate, requirement })).toEqual(known);
      expect(new Origins(supergraph, undefined).of({ coordinate, requirement })).toEqual(guessed);
    },
  );

  it('is told by a supergraph that keeps the subgraphs of its directives, and handed down from interfaces', () => {
    const supergraph = written(`
      type Query @join__type(graph: A) { node: Node }
      interface Node { id: ID @join__directive(graphs: [A], name: "authenticated") }
      type User implements Node { id: ID }
      union Found @join__directive(graphs: [A], name: "authenticated") = User
    `);
    const origins = new Origins(supergraph, undefined);
    for (const coordinate of ['Node.id', 'User.id', 'Found']) {
      expect(origins.of({ coordinate, requirement: authenticated })).toEqual(['a']);
    }
  });
});
