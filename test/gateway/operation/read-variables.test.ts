import { describe, expect, it } from 'vitest';
import { createVariablesReader } from '../../../gateway/operation/read-variables.ts';
import { createReader, defaultLimits, refusalOf, shopSchema } from './shop.ts';

const types = { tags: '[[String]]', filter: 'Filter', json: 'JSON', text: 'String' };

/** What reading one variable comes to: its value or a refusal, and what was told of it. */
function read(argument: keyof typeof types, value: unknown, limits = {}) {
  const query = `query ($v: ${types[argument]}) { search(${argument}: $v) { __typename } }`;
  const told: string[] = [];
  const readVariables = createVariablesReader({
    schema: shopSchema,
    limits: { ...defaultLimits, ...limits },
    onDenied: (policy, code) => told.push(`${policy} ${code}`),
  });
  const operation = createReader()({ query }, { method: 'POST' });
  let values: Record<string, unknown> | undefined;
  const refusal = refusalOf(() => {
    values = readVariables(operation, { v: value, undeclared: nested(500) });
  });
  return { value: values?.['v'], refusal, told };
}

/** Lists and objects within each other, by turns. */
function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const listOf = (length: number, value: unknown = 'a') => Array<unknown>(length).fill(value);

describe('variables', () => {
  it.each([
    ['tags', 'a list', (count: number) => [listOf(count)], { listLength: 1_000 }, 'MAX_LIST_LENGTH_LIMIT'],
    ['tags', 'a list of lists', (count: number) => listOf(count, []), { listLength: 1_000 }, 'MAX_LIST_LENGTH_LIMIT'],
    [
      'json',
      'a list in JSON',
      (count: number) => ({ a: [{ b: listOf(count) }] }),
      { listLength: 5 },
      'MAX_LIST_LENGTH_LIMIT',
    ],
    ['json', 'nested JSON', nested, { inputDepth: 20 }, 'MAX_INPUT_DEPTH_LIMIT'],
    ['json', 'deeply nested JSON', nested, { inputDepth: 100_000 }, 'MAX_INPUT_DEPTH_LIMIT'],
  ] as const)('of %s are taken up to the limit, and one more is refused: %s', (argument, _, make, limits, code) => {
    const limit = Object.values(limits)[0] ?? 0;
    expect(read(argument, make(limit), limits)).toMatchObject({ refusal: undefined, told: [] });
    const { refusal, told } = read(argument, make(limit + 1), limits);
    expect(refusal).toMatchObject({ status: 400, code, message: expect.stringContaining('Variable "$v"') });
    expect(refusal?.message).toContain(` ${limit}`);
    expect(told).toEqual([`limits ${code}`]);
  });

  it('that are plain values or missing are never too many', () => {
    const limits = { listLength: 1, inputDepth: 1 };
    expect(read('text', 'x'.repeat(5_000), limits).value).toHaveLength(5_000);
    expect(read('json', null, limits)).toMatchObject({ value: null, refusal: undefined });
    expect(read('json', undefined, limits).refusal).toBeUndefined();
  });

  it('are refused for their values first, and for their number then', () => {
    const { refusal, told } = read('tags', [listOf(100_000, 1)]);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', errors: { length: 20 } });
    expect(told).toEqual([]);
  });

  it('of a megabyte are measured in little time', () => {
    const hostile = [
      JSON.parse(`${'['.repeat(300_000)}${']'.repeat(300_000)}`),
      listOf(300_000, {}),
      { a: listOf(300_000, []) },
    ];
    for (const value of hostile) {
      const before = process.cpuUsage();
      expect(read('json', value).refusal?.code).toMatch(/^MAX_/);
      expect(process.cpuUsage(before).user).toBeLessThan(500_000);
    }
  });
});
