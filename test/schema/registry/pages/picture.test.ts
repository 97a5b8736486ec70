import { describe, expect, it } from 'vitest';
import type { Outline, OutlineType } from '../../../../schema/registry/outline/outline.ts';
import { columnsMost, findCrossings, rowsMost } from '../../../../schema/registry/pages/picture/crossings.ts';
import { drawCrossings } from '../../../../schema/registry/pages/picture/draw.ts';

const element = { description: undefined, isHidden: false, directives: [] };

/** A type whose fields are answered by one subgraph each, as `subgraph.field`. */
function typeOf(
  name: string,
  subgraphs: readonly string[],
  fields: readonly string[],
  rest: Partial<OutlineType> = {},
) {
  return {
    ...element,
    name,
    coordinate: name,
    kind: 'object',
    isRoot: false,
    interfaces: [],
    members: [],
    subgraphs,
    keys: [{ fields: 'id', subgraphs }],
    fields: fields.map((place) => {
      const [subgraph = '', field = ''] = place.split('.');
      const source = { subgraph, requires: undefined, provides: undefined, label: undefined };
      const rest = { type: 'Int', typeName: 'Int', arguments: [], defaultValue: undefined, deprecation: undefined };
      return { ...element, ...rest, name: field, coordinate: `${name}.${field}`, sources: [source] };
    }),
    ...rest,
  } satisfies OutlineType;
}

describe('findCrossings', () => {
  const outline: Outline = {
    subgraphs: ['a', 'b', 'c', 'd'],
    types: [
      typeOf('Far', ['a', 'd'], ['a.id', 'a.x', 'a.y']),
      typeOf('Near', ['a', 'd', 'c'], ['c.z']),
      typeOf('Alone', ['b'], ['b.x']),
      typeOf('Money', ['a', 'd'], ['a.cents', 'd.cents'], { keys: [] }),
      typeOf('Query', ['a', 'b', 'c', 'd'], [], { isRoot: true }),
      typeOf('Filter', ['a', 'b'], [], { kind: 'input' }),
    ],
  };

  it('shows what several subgraphs have, each beside what it has most in common with', () => {
    const { columns, rows, hidden } = findCrossings(outline);
    expect(rows.map(({ name, kind }) => [name, kind])).toEqual([
      ['Far', 'entity'],
      ['Money', 'value'],
      ['Near', 'entity'],
    ]);
    expect(columns).toEqual([
      { name: 'a', types: 4, shared: 3 },
      { name: 'd', types: 3, shared: 3 },
      { name: 'c', types: 1, shared: 1 },
      { name: 'b', types: 2, shared: 0 },
    ]);
    expect(hidden).toEqual({ columns: 0, rows: 0 });
  });

  it('says of each crossing what is answered there, keys not counted', () => {
    const far = findCrossings(outline).rows.find(({ name }) => name === 'Far');
    expect(far?.stitches).toEqual([
      { column: 0, subgraph: 'a', fields: ['x', 'y'] },
      { column: 1, subgraph: 'd', fields: [] },
    ]);
  });

  it('keeps to what one subgraph shares', () => {
    const { columns, rows } = findCrossings(outline, 'c');
    expect(rows.map(({ name }) => name)).toEqual(['Near']);
    expect(columns.map(({ name }) => name).sort()).toEqual(['a', 'c', 'd']);
    expect(findCrossings(outline, 'b')).toMatchObject({ rows: [], columns: [{ name: 'b' }] });
  });

  it('leaves out what nobody could read any more, and says how much', async () => {
    const subgraphs = Array.from({ length: 200 }, (_, index) => `s${String(index).padStart(3, '0')}`);
    const types = subgraphs.flatMap((name, index) =>
      ['One', 'Two'].map((word) =>
        typeOf(`${word}${index}`, [name, subgraphs[(index + 1) % 200] ?? ''], [`${name}.x`]),
      ),
    );
    const crossings = findCrossings({ subgraphs, types });
    expect(crossings.columns).toHaveLength(columnsMost);
    expect(crossings.rows.length).toBeLessThanOrEqual(rowsMost);
    expect(crossings.hidden).toEqual({ columns: 200 - columnsMost, rows: 400 - crossings.rows.length });
    expect(String(await drawCrossings({ graph: 'shop', variant: 'production' }, crossings)).length).toBeLessThan(
      250_000,
    );
  });

  it('is drawn with a title for each shape, and with names that cannot be markup', async () => {
    const type = typeOf('Far', ['a', '<b>'], ['a.x']);
    const drawing = String(
      await drawCrossings({ graph: 'shop', variant: 'x' }, findCrossings({ subgraphs: ['a', '<b>'], types: [type] })),
    );
    expect(drawing).toContain('<title>a answers 1 field of Far: x</title>');
    expect(drawing).toContain('<title>&lt;b&gt; only points to Far</title>');
    expect(drawing).toContain('href="/graphs/shop/x/subgraphs/%3Cb%3E"');
    expect(drawing).not.toContain('<b>');
    for (const [shape] of drawing.matchAll(/<circle[^>]*>(?!<title>)/g)) expect(shape).toBe('a circle without a title');
  });
});
