import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await createTemporaryFolder();
});
afterAll(() => folder.remove());

async function load(text: string) {
  await folder.write('overlock.yaml', `graph: { supergraph: s.graphql }\n${text}\n`);
  const loaded = await loadConfig({ file: undefined, env: {}, cwd: folder.path });
  if (loaded.kind === 'misconfigured') return loaded.problems.map(({ path, message }) => `${path} ${message}`);
  const { queryPlan, overrides } = loaded.config;
  return { queryPlan, labels: overrides.labels };
}

const noPlans = ['queryPlan needs engine: compiled, as the stitched engine makes no plans'];

it.each([
  ['', { queryPlan: false, labels: [] }],
  ['queryPlan: { scopes: [dev] }', { queryPlan: { scopes: ['dev'] }, labels: [] }],
  [
    'queryPlan: true\noverrides: { labels: [move, "percent(10)"] }',
    { queryPlan: true, labels: ['move', 'percent(10)'] },
  ],
  ['engine: stitched\nqueryPlan: false', { queryPlan: false, labels: [] }],
  ['engine: stitched\nqueryPlan: true', noPlans],
  ['engine: stitched\nqueryPlan: { scopes: [dev] }', noPlans],
])('reads %o', async (text, outcome) => {
  expect(await load(text)).toEqual(outcome);
});
