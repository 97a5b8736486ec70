import { describe, expect, it } from 'vitest';
import { compose } from '../../../../schema/compose/compose.ts';
import { createWorker } from '../../../../schema/registry/work/worker.ts';
import type { Subgraph } from '../../../../schema/subgraph/subgraph.ts';
import { readSupergraph } from '../../../../schema/supergraph/read.ts';
import { readComposed } from '../../../../schema/supergraph/read-composed.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@tag", "@inaccessible"])';
const subgraphs: readonly Subgraph[] = [
  {
    kind: 'federation',
    name: 'users',
    url: 'http://users.test',
    sdl: `${link} type Query { me: User } type User @key(fields: "id") { id: ID! email: String @tag(name: "internal") }`,
  },
  {
    kind: 'federation',
    name: 'reviews',
    url: 'http://reviews.test',
    sdl: `${link} type Query { hidden: Int @inaccessible } type User @key(fields: "id") { id: ID! reviews: [String] @deprecated(reason: "Old.") @sunset(on: "2030-01-31") }`,
  },
  { kind: 'graphql', name: 'books', url: 'http://books.test', entities: {}, sdl: 'type Query { book: String }' },
];
const internal = { include: [], exclude: ['internal'], hideUnreachable: true };
const task = { before: undefined, today: '2026-11-22', lint: undefined };

describe('a worker', () => {
  it('composes again and again what is composed once, whatever was composed between', () => {
    const worker = createWorker();
    for (const filter of [undefined, internal, undefined, internal]) {
      const fresh = compose(subgraphs, filter);
      const again = worker.compose({ ...task, subgraphs, filter });
      expect(again.kind === 'composed' && again.supergraphSdl).toBe(fresh.kind === 'composed' && fresh.supergraph.sdl);
    }
    const [first, ...rest] = subgraphs;
    const changed = { ...(first ?? subgraphs[0]), sdl: `${first?.sdl} type Extra { a: Int }` } as Subgraph;
    const { supergraphSdl: before = '' } = worker.compose({ ...task, subgraphs, filter: undefined }) as {
      supergraphSdl?: string;
    };
    expect(worker.compose({ ...task, before, subgraphs: [changed, ...rest], filter: undefined })).toMatchObject({
      changes: [{ code: 'TYPE_ADDED', coordinate: 'Extra' }],
    });
    expect(worker.compose({ ...task, before, subgraphs, filter: undefined })).toMatchObject({ changes: [] });
  });

  it('reads what it composed as everybody does', () => {
    const composition = compose(subgraphs);
    if (composition.kind === 'failed') throw new Error('It does not compose.');
    const { sdl } = composition.supergraph;
    expect(readComposed(sdl).supergraph).toEqual(readSupergraph(sdl));
    expect(() => readComposed('type Query { a: Int }')).toThrow(/join__Graph/);
  });
});
