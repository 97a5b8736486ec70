import { expect, it } from 'vitest';
import type { EntityOrigin, Origin, RootOrigin } from '../../../gateway/plan/draft.ts';
import { FetchSelection } from '../../../gateway/plan/fetch-selection.ts';
import { schedule } from '../../../gateway/plan/schedule.ts';

/** Origins by name, each after those that it depends on, as `graph: dependencies`; the first is the root. */
function scheduled(origins: Readonly<Record<string, readonly [graph: string, ...dependencies: string[]]>>) {
  const made = new Map<string, Origin>();
  for (const [link, [name, [graph]]] of Object.entries(origins).entries()) {
    const base = { link, stage: 0, depth: 0, selection: new FetchSelection(graph, undefined) };
    const root: RootOrigin = { ...base, kind: 'root' };
    const entities: EntityOrigin = {
      ...base,
      kind: 'entities',
      objects: [],
      views: [],
      key: [],
      required: [],
    };
    made.set(name, link === 0 ? root : entities);
  }
  const dependencies = new Map(
    Object.entries(origins).map(([name, [, ...before]]) => [
      made.get(name),
      before.flatMap((one) => made.get(one) ?? []),
    ]),
  );
  const all = schedule([...made.values()], (origin) => dependencies.get(origin) ?? []);
  const waves = new Map(all.map(({ origin, wave }) => [origin, wave]));
  return Object.fromEntries(Array.from(made, ([name, origin]) => [name, waves.get(origin)]));
}

it('puts off what nobody waits for until entities of the same subgraph are loaded anyway', () => {
  expect(scheduled({ root: ['a'], early: ['b', 'root'], between: ['c', 'root'], late: ['b', 'between'] })).toEqual({
    root: 0,
    early: 2,
    between: 1,
    late: 2,
  });
});

it('takes no more waves for it', () => {
  expect(scheduled({ root: ['a'], early: ['b', 'root'], next: ['c', 'early'], far: ['b', 'next'] })).toEqual({
    root: 0,
    early: 1,
    next: 2,
    far: 3,
  });
});

it('never loads what waits for entities of the same subgraph together with them', () => {
  // All four may wait for the last wave but one, though `second` waits for `first`.
  expect(
    scheduled({
      root: ['a'],
      first: ['b', 'root'],
      second: ['b', 'first'],
      other: ['b', 'root'],
      c1: ['c', 'root'],
      c2: ['d', 'c1'],
      c3: ['e', 'c2'],
    }),
  ).toEqual({ root: 0, first: 2, second: 3, other: 2, c1: 1, c2: 2, c3: 3 });
});

it('gathers each subgraph within what gathering the others has left', () => {
  const waves = scheduled({
    root: ['a'],
    b1: ['b', 'root'],
    c1: ['c', 'b1'],
    b2: ['b', 'c1'],
    c2: ['c', 'root'],
    b3: ['b', 'c2'],
    c3: ['c', 'b3'],
    d1: ['d', 'c3'],
  });
  const dependencies = [
    ['b1', 'c1'],
    ['c1', 'b2'],
    ['c2', 'b3'],
    ['b3', 'c3'],
    ['c3', 'd1'],
  ] as const;
  for (const [one, other] of dependencies) expect(waves[one]).toBeLessThan(waves[other] ?? 0);
  expect(Math.max(...Object.values(waves).map((wave) => wave ?? 0))).toBe(4);
});
