import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { companyOperation, companySubgraphs } from '../../../bench/planning/company.ts';
import { composeSubgraphs } from '../../../bench/planning/subject.ts';
import { createCompiledEngine } from '../../../gateway/execute/compiled-engine.ts';
import { type Kept, KeptPlans } from '../../../gateway/execute/kept-plans.ts';
import { noLog } from '../../../gateway/telemetry/no-telemetry.ts';
import { toOperation } from '../../support/test-graph.ts';

/** Keeps plans of these sizes one after the other in 100 bytes; a name with a star is used right after it came. */
function keepAll(plans: Readonly<Record<string, number>>, drops: readonly string[] = []): readonly string[] {
  const left = new Map<string, Kept>();
  const kept = new KeptPlans<Kept>(100);
  for (const [name, bytes] of Object.entries(plans)) {
    const plan: Kept = { bytes, isUsed: false };
    left.set(name, plan);
    kept.keep(plan, () => left.delete(name));
    if (name.endsWith('*')) plan.isUsed = true;
    if (!drops.includes(name)) continue;
    kept.drop(plan);
    left.delete(name);
  }
  return [...left.keys()];
}

it.each([
  ['all that fits', { a: 40, b: 60 }, [], ['a', 'b']],
  ['the newest of what does not fit', { a: 40, b: 40, c: 40 }, [], ['b', 'c']],
  ['what was used, rather than what is newer', { 'a*': 40, b: 40, c: 40 }, [], ['a*', 'c']],
  ['what was used for a while only', { 'a*': 40, b: 60, c: 60, d: 60 }, [], ['d']],
  ['the newest of what was all used', { 'a*': 50, 'b*': 50, 'c*': 50 }, [], ['b*', 'c*']],
  ['nothing that is larger than all together may be', { a: 50, b: 101, c: 10 }, [], ['a', 'c']],
  ['more when one has gone by itself', { a: 50, b: 50, c: 50 }, ['a'], ['b', 'c']],
])('keeps %s', (_, plans, drops, left) => {
  expect(keepAll(plans, drops)).toEqual(left);
});

const supergraph = composeSubgraphs(companySubgraphs());
const publicSchema = buildSchema(supergraph.publicSdl);

/** An engine for operations of some 200 fields; `planned` tells of each time that a plan is asked for whether it had to be made. */
function createSubject(cachedOperations: number) {
  const planned: boolean[] = [];
  const engine = createCompiledEngine({
    supergraph,
    publicSchema,
    transportOf: () => {
      throw new Error('Nothing is fetched.');
    },
    subgraphMessages: 'masked',
    cachedOperations,
    onPlanAsked: (hit) => planned.push(!hit),
    log: noLog,
  });
  const operations = Array.from({ length: 8 }, (_, seed) => toOperation(companyOperation(publicSchema, seed, 200)));
  const plan = (index: number) => {
    const operation = operations[index];
    if (operation !== undefined) engine.planOf?.({ operation, variables: {} });
    return operation;
  };
  return { engine, planned, plan, operations };
}

it('plans a large operation anew once others have taken the room of its plan', () => {
  // Some of these operations take as much as so many mostly do.
  const { planned, plan, operations } = createSubject(30);
  for (const index of operations.keys()) {
    plan(index);
    plan(index);
  }
  plan(0);
  expect(planned).toEqual([...operations.flatMap(() => [true, false]), true]);
});

it('keeps no plan of an operation that is to be forgotten', () => {
  const { engine, planned, plan } = createSubject(1_000);
  const operation = plan(0);
  if (operation !== undefined) engine.forget?.(operation);
  plan(0);
  plan(0);
  expect(planned).toEqual([true, true, false]);
});
