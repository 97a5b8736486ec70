import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { countProcessors } from '../../../gateway/cli/count-processors.ts';

it.each([
  ['max 100000\n', availableParallelism()],
  ['100000 100000\n', 1],
  ['150000 100000\n', 1],
  ['20000 100000\n', 1],
  ['100000000 100000\n', availableParallelism()],
  ['', availableParallelism()],
])('counts what a container is given: %j', async (quota, expected) => {
  expect(await countProcessors(async () => quota)).toBe(expected);
});

it('counts those of the machine where there are no quotas', async () => {
  expect(await countProcessors(() => Promise.reject(new Error('ENOENT')))).toBe(availableParallelism());
});
