import { expect, it } from 'vitest';
import { createTestEndpoints } from '../../../support/fake-endpoints.ts';

const endpoints = [
  { url: 'http://one/', group: 'stable' },
  { url: 'http://two/', group: 'canary' },
  { url: 'http://three/', group: 'staff' },
];
const names = ['stable', 'canary', 'staff'];

it.each<[string, object, Readonly<Record<string, number>>, readonly string[]]>([
  ['all but the one that is asked most', {}, { stable: 0.9, canary: 0.1, staff: 0 }, ['canary', 'staff']],
  ['all but the first of those that are asked alike', {}, { stable: 1, canary: 1 }, ['canary', 'staff']],
  ['all but another one that is asked most', {}, { stable: 0.1, canary: 0.9 }, ['stable', 'staff']],
  ['a canary, though it is asked most', { canary: {} }, { stable: 0.25, canary: 0.75 }, ['canary', 'staff']],
  ['what a canary took the place of', { canary: {} }, { stable: 0, canary: 1 }, ['stable', 'staff']],
])('takes for groups on trial %s', (_what, own, weights, trials) => {
  const { endpoints: made } = createTestEndpoints({ endpoints, ...own });
  made.groups.setWeights(new Map(Object.entries(weights)));
  expect(names.filter((name) => made.groups.trialOf(name) === name)).toEqual(trials);
  made.close();
});

it('has nothing on trial where there is but one group', () => {
  const { endpoints: made } = createTestEndpoints({ endpoints: [{ url: 'http://one/' }, { url: 'http://two/' }] });
  expect(made.groups.trialOf(undefined)).toBeUndefined();
  made.close();
});
