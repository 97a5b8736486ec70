import { expect, it } from 'vitest';
import { missingNodeFlags } from '../../../gateway/lib/node-flags.ts';

it('leaves the semi-space to the operator who has chosen one', () => {
  const chosen = '--max-semi-space-size';
  expect(missingNodeFlags({ nodeOptions: undefined, execArgv: ['--inspect'] })).toHaveLength(1);
  expect(missingNodeFlags({ nodeOptions: `--inspect ${chosen}=8`, execArgv: [] })).toEqual([]);
  expect(missingNodeFlags({ nodeOptions: '', execArgv: [chosen, '8'] })).toEqual([]);
  expect(missingNodeFlags({ nodeOptions: '', execArgv: ['--max_semi_space_size=8'] })).toEqual([]);
});
