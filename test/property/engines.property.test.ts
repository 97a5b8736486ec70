import { describe, expect, it } from 'vitest';
import { checkCases } from './check-cases.ts';
import { engines } from './engines.ts';

/** Other cases each day would make a red build nobody's fault; `npm run fuzz` looks for new ones. */
const seed = 20_260_101;

describe('a monolith that has all the data, and an engine over subgraphs', () => {
  // Few of the operations are within the limits of the stitched engine, so it takes more of them.
  it.each([
    { name: 'compiled', supergraphs: 20, operations: 10 },
    { name: 'stitched', supergraphs: 70, operations: 20 },
  ])('answer 200 operations alike when it is the $name one', { timeout: 90_000 }, async ({ name, ...sizes }) => {
    const candidate = engines[name];
    if (candidate === undefined) throw new Error(`There is no engine ${name}.`);
    const report = await checkCases(candidate, { seed, ...sizes, seconds: 60 });
    expect(report.failure?.text).toBeUndefined();
    expect(report.ran).toBeGreaterThanOrEqual(200);
    expect(report.refused / report.composed).toBeLessThan(0.1);
  });
});
