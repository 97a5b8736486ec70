import { describe, expect, it } from 'vitest';
import { listDeprecations } from '../../../schema/checks/list-deprecations.ts';
import { compose } from '../../../schema/compose/compose.ts';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import { readSunsets } from '../../../schema/supergraph/read-sunsets.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { inventory, shop } from '../shop.ts';

const link = (more = '') =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@shareable", "@inaccessible", "@composeDirective"]) ${more}\n`;

function federation(name: string, sdl: string): Subgraph {
  return { kind: 'federation', name, url: `http://${name}`, sdl };
}

function composed(...subgraphs: readonly Subgraph[]): Supergraph {
  const composition = compose(subgraphs);
  if (composition.kind === 'failed') throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  return composition.supergraph;
}

/** By coordinate, the day. */
function sunsets(...subgraphs: readonly Subgraph[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...readSunsets(composed(...subgraphs).sdl)].map(([coordinate, { on }]) => [coordinate, on]),
  );
}

const day = '2027-01-31';

describe('@sunset', () => {
  it('stands at all that can be deprecated, of subgraphs of every kind, and is kept in the supergraph', () => {
    const supergraph = composed(
      federation(
        'one',
        `${link()} type Query { a(x: Int @deprecated @sunset(on: "2027-02-28")): Int @deprecated(reason: "Use b.") @sunset(on: "${day}") b(i: In): E }
         enum E { A @sunset(on: "2028-02-29") B } input In { a: Int @deprecated(reason: "x") @sunset(on: "${day}") }`,
      ),
      {
        kind: 'graphql',
        name: 'two',
        url: 'http://two',
        entities: {},
        sdl: `schema { query: Root } type Root { c: Int @deprecated @sunset(on: "${day}") }`,
      },
      { ...inventory, name: 'three', sdl: `type Query { d: Int @rest(path: "/d") @deprecated @sunset(on: "${day}") }` },
      federation('four', `extend type Query { e: Int @deprecated @sunset(on: "${day}") }`),
    );
    expect(Object.fromEntries(readSunsets(supergraph.sdl))).toEqual({
      'Query.a': { on: day, reason: 'Use b.' },
      'Query.a(x:)': { on: '2027-02-28', reason: undefined },
      'Query.c': { on: day, reason: undefined },
      'Query.d': { on: day, reason: undefined },
      'Query.e': { on: day, reason: undefined },
      'E.A': { on: '2028-02-29', reason: undefined },
      'In.a': { on: day, reason: 'x' },
    });
    expect(supergraph.sdl).toContain('@link(url: "https://overlock.dev/sunset/v0.1")');
    expect(supergraph.sdl.match(/directive @sunset\(on: String!, since: String\)/g)).toHaveLength(1);
    expect(supergraph.publicSdl).not.toContain('sunset');
    expect(supergraph.publicSdl).toContain('@deprecated(reason: "Use b.")');
    expect(readSupergraph(supergraph.sdl)).toEqual(supergraph);
  });

  it('leaves supergraphs without it as they were', () => {
    expect(composed(...shop).sdl).not.toContain('sunset');
  });

  it.each([
    ['defined', 'directive @sunset(on: String!) on FIELD_DEFINITION', ''],
    ['linked', '', '@link(url: "https://overlock.dev/sunset/v0.1", import: ["@sunset"])'],
    [
      'composed by the subgraph',
      'directive @sunset(on: String!) on FIELD_DEFINITION',
      '@link(url: "https://overlock.dev/sunset/v0.1", import: ["@sunset"]) @composeDirective(name: "@sunset")',
    ],
  ])('may be %s', (_, definition, more) => {
    const explicit = federation(
      'a',
      `${link(more)} ${definition} type Query { a: Int @deprecated @sunset(on: "${day}") }`,
    );
    const plain = federation('b', `${link()} type Query { b: Int @deprecated @sunset(on: "2027-03-31") }`);
    expect(sunsets(explicit, plain)).toEqual({ 'Query.a': day, 'Query.b': '2027-03-31' });
    const { sdl } = composed(explicit, plain);
    expect(sdl.match(/overlock\.dev\/sunset/g)).toHaveLength(1);
    expect(sdl.match(/directive @sunset/g)).toHaveLength(1);
  });

  it('names the first day where subgraphs that share a field name several', () => {
    const shared = (name: string, on: string) =>
      federation(name, `${link()} type Query { a: Int @shareable @deprecated @sunset(on: "${on}") }`);
    const [early, late] = [shared('late', '2027-09-01'), shared('early', '2027-08-31')];
    expect(sunsets(early, late)).toEqual({ 'Query.a': '2027-08-31' });
    expect(composed(early, late)).toEqual(composed(late, early));
  });

  it('of another meaning is none of ours', () => {
    const own = 'directive @sunset(date: String) on FIELD_DEFINITION | OBJECT';
    expect(sunsets(federation('a', `${link()} ${own} type Query @sunset { a: Int @sunset(date: "soon") }`))).toEqual(
      {},
    );
  });

  it.each(['2027-02-29', '2027-1-31', '2027-01-31T00:00:00Z', 'soon', '', '9999-99-99'])(
    'is refused with the day %j',
    (on) => {
      const composition = compose([
        federation('a', `${link()} type Query { a(x: Int @sunset(on: "${on}")): Int b: Int @sunset(on: "${day}") }`),
      ]);
      expect(composition.kind === 'failed' && composition.problems).toEqual([
        {
          code: 'INVALID_SUNSET',
          message: `Query.a(x:): ${JSON.stringify(on)} is no day of the calendar; write @sunset(on: "2027-01-31").`,
          subgraph: 'a',
          coordinate: 'Query.a(x:)',
        },
      ]);
    },
  );

  it('is refused at types, together with what else is wrong', () => {
    const composition = compose([
      federation('a', `${link()} type Query @sunset(on: "${day}") { a: Int @sunset }`),
      federation('b', 'type'),
    ]);
    expect(
      composition.kind === 'failed' && composition.problems.map(({ code, coordinate }) => `${code} ${coordinate}`),
    ).toEqual(['INVALID_SUNSET Query', 'INVALID_SUNSET Query.a', 'INVALID_GRAPHQL undefined']);
  });
});

describe('the list of deprecations', () => {
  it('has all that clients should use no more, with the reason and the day', () => {
    const supergraph = composed(
      ...shop,
      federation(
        'more',
        `${link()} type Query { m(x: Int @deprecated(reason: "Gone.") @sunset(on: "${day}")): E hidden: Int @inaccessible @deprecated @sunset(on: "${day}") }
         enum E { A @deprecated B }`,
      ),
    );
    expect(listDeprecations(supergraph)).toEqual([
      { coordinate: 'Query.m(x:)', reason: 'Gone.', sunset: day },
      { coordinate: 'Product.price', reason: 'Use cost.', sunset: undefined },
      { coordinate: 'E.A', reason: 'No longer supported', sunset: undefined },
    ]);
  });
});
