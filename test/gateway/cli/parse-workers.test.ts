import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { parseWorkers } from '../../../gateway/cli/parse-workers.ts';

it('takes a number of processes, or auto', () => {
  expect(['auto', '1', '1024'].map(parseWorkers)).toEqual(['auto', 1, 1_024]);
  for (const text of ['0', '1025', '-1', '1.5', '2x', '', 'Auto', '1e2'])
    expect(() => parseWorkers(text), text).toThrow(InvalidArgumentError);
});
