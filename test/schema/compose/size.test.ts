import { expect, it } from 'vitest';
import { compose } from '../../../schema/compose/compose.ts';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';

// CPU time, three times what a quiet machine takes: others may share this one, and to follow every path would take minutes.
const cpuMaxMs = 15_000;
const timeoutMs = 60_000;

function measure(subgraphs: readonly Subgraph[]): { readonly cpuMs: number; readonly kind: string } {
  const start = process.cpuUsage();
  const { kind } = compose(subgraphs);
  const { user, system } = process.cpuUsage(start);
  return { cpuMs: (user + system) / 1000, kind };
}

it(
  'composes 200 subgraphs of 50 types',
  () => {
    const subgraphs = Array.from({ length: 200 }, (_, s): Subgraph => {
      const next = (s + 1) % 200;
      const own = Array.from(
        { length: 40 },
        (_, t) => `type T${s}_${t} @key(fields: "id") {
        id: ID! name: String count(first: Int = 10): Int next: T${s}_${(t + 1) % 40} other: [T${next}_${t % 10}!]
      }`,
      );
      const others = Array.from(
        { length: 10 },
        (_, t) => `type T${next}_${t} @key(fields: "id") { id: ID! from${s}: String }`,
      );
      const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { one${s}(id: ID!): T${s}_0 all${s}: [T${s}_1!]! }
      ${own.join('\n')} ${others.join('\n')}`;
      return { kind: 'federation', name: `s${s}`, url: `http://s${s}`, sdl };
    });
    const result = measure(subgraphs);
    expect(result.kind).toBe('composed');
    expect(result.cpuMs).toBeLessThan(cpuMaxMs);
  },
  timeoutMs,
);

it(
  'composes a plain GraphQL schema of 60,000 lines',
  () => {
    const count = 4_000;
    const types = Array.from(
      { length: count },
      (_, t) => `"""
One of many.
"""
type T${t} implements Node {
  id: ID!
  name(
    "Which."
    style: Style${t % 500} = SHORT
  ): String
  next: T${(t + 1) % count}
  list(first: Int, filter: Filter${t % 500}): [T${(t * 7) % count}!]!
  old: Int @deprecated(reason: "Use name.")
}
`,
    );
    const inputs = Array.from(
      { length: 500 },
      (_, t) => `input Filter${t} {\n  a: Int\n  b: Style${t}\n}\n\nenum Style${t} {\n  SHORT\n  LONG\n}\n`,
    );
    const roots = Array.from({ length: count }, (_, t) => `  t${t}(id: ID!): T${t}`);
    const sdl = `type Query {\n${roots.join('\n')}\n}\n\ninterface Node {\n  id: ID!\n}\n\n${[...types, ...inputs].join('\n')}`;
    expect(sdl.split('\n').length).toBeGreaterThan(60_000);
    const result = measure([{ kind: 'graphql', name: 'big', url: 'http://big', sdl, entities: {} }]);
    expect(result.kind).toBe('composed');
    expect(result.cpuMs).toBeLessThan(cpuMaxMs);
  },
  timeoutMs,
);
