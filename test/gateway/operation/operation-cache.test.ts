import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../gateway/operation/operation.ts';
import { OperationCache } from '../../../gateway/operation/operation-cache.ts';
import { createReader } from './shop.ts';

const texts = [
  '{ me { id } }',
  '{ me { name } }',
  'query A { me { id } } query B { me { name } }',
  `{ me { id } } #${'x'.repeat(5_000)}`,
];

describe('OperationCache', () => {
  it('tells the operations that were chosen, most used first', () => {
    const cache = new OperationCache(10);
    const read = createReader({ cache });
    const use = (text = '', name?: string) => read({ query: text, operationName: name }, { method: 'POST' });
    for (let times = 0; times < 3; times++) use(texts[1]);
    for (let times = 0; times < 2; times++) use(texts[2], 'B');
    for (let times = 0; times < 5; times++) use(texts[3]);
    use(texts[0]);
    expect(() => use('{ nothing }')).toThrow();
    expect(cache.mostUsed(10)).toEqual([
      { text: texts[3], name: undefined, uses: 5 },
      { text: texts[1], name: undefined, uses: 3 },
      { text: texts[2], name: 'B', uses: 2 },
      { text: texts[0], name: undefined, uses: 1 },
    ]);
    expect(cache.mostUsed(2)).toHaveLength(2);
  });

  it('goes on counting from half of what was counted elsewhere', () => {
    const cache = new OperationCache(10);
    const read = createReader({ cache });
    for (const text of texts.slice(0, 2)) read({ query: text }, { method: 'POST' });
    cache.credit({ text: texts[1] ?? '', name: undefined, uses: 9 });
    cache.credit({ text: 'never read', name: undefined, uses: 9 });
    expect(cache.mostUsed(10).map(({ uses }) => uses)).toEqual([4, 1]);
  });

  it('knows a text by another way to write it only once it is told to', () => {
    const cache = new OperationCache(10);
    const read = createReader({ cache });
    const normal = read({ query: '{\n  me {\n    id\n  }\n}' }, { method: 'POST' });
    expect(cache.twinOf(parse('{me{id}}'))).toBeUndefined();
    expect(read({ query: '{ me { id  } }' }, { method: 'POST' })).not.toBe(normal);
    cache.expectTwins();
    expect(read({ query: '{me{id}}' }, { method: 'POST' })).toBe(normal);
    expect(read({ query: '{me{name}}' }, { method: 'POST' })).not.toBe(normal);
    expect(cache.mostUsed(10).map(({ text }) => text)).toContain('{me{id}}');
  });

  it('tells of the operations that it keeps no longer', () => {
    const forgotten: Operation[] = [];
    const cache = new OperationCache(2, (operation) => forgotten.push(operation));
    const read = createReader({ cache });
    const use = (text = '', name?: string) => read({ query: text, operationName: name }, { method: 'POST' });
    const [a, b] = [use(texts[2], 'A'), use(texts[2], 'B')];
    use(texts[0]);
    use(texts[0]);
    expect(forgotten).toEqual([]);
    use(texts[1]);
    expect(forgotten).toEqual([a, b]);
  });
});
