import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema } from 'graphql';
import { buildOverlock } from './harness/build-overlock.ts';
import { type Column, toTable } from './harness/table.ts';
import { adversaries } from './planning/adversaries.ts';
import { allocatedBytes } from './planning/allocated-bytes.ts';
import { companyOperation, companySubgraphs } from './planning/company.ts';
import { firstPlanMs } from './planning/first-plan.ts';
import { composeSubgraphs, modelOf, planSubject, type Subject, toSubject } from './planning/subject.ts';

const operations = 400;
const fields = { min: 50, max: 500 } as const;

/** The best of so many times is what planning takes when nothing else has the processor. */
const rounds = 7;

interface Row {
  readonly name: string;
  /** In milliseconds, of each operation: the first time, and the best. */
  readonly first: readonly number[];
  readonly best: readonly number[];
  /** In milliseconds, in a process that never planned before; `undefined` for many operations. */
  readonly fresh: number | undefined;
  /** Allocated in planning once, in bytes; the most of all operations. */
  readonly bytes: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

// As it is released: what loads sources for us makes functions slower.
const overlock = await buildOverlock();
const folder = path.join(path.dirname(overlock.main), 'plan');
const { planOperation } = await importBuilt();
const rows = [measure('operations of 50 to 500 fields over 20 subgraphs', companyOperations(), undefined)];
for (const { name, subgraphs, operation } of adversaries()) {
  const supergraph = composeSubgraphs(subgraphs);
  const fresh = firstPlanMs(folder, { sdl: supergraph.sdl, operation });
  rows.push(measure(name, [toSubject(modelOf(supergraph), operation)], fresh));
}
await overlock.remove();

const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0);
const columns: readonly Column<Row>[] = [
  { title: 'operations', cell: ({ name }) => name, text: true },
  { title: 'p50 ms', cell: ({ best }) => ms(quantile(best, 0.5)) },
  { title: 'p99 ms', cell: ({ best }) => ms(quantile(best, 0.99)) },
  { title: 'first p50 ms', cell: ({ first }) => ms(quantile(first, 0.5)) },
  { title: 'fresh process ms', cell: ({ fresh }) => (fresh === undefined ? '' : ms(fresh)) },
  { title: 'allocated MB', cell: ({ bytes }) => (bytes / 1e6).toFixed(1) },
];
console.log(toTable(columns, rows));

async function importBuilt(): Promise<typeof import('../gateway/plan/plan-operation.ts')> {
  return await import(pathToFileURL(path.join(folder, 'plan-operation.js')).href);
}

function companyOperations(): readonly Subject[] {
  const supergraph = composeSubgraphs(companySubgraphs());
  const schema = buildSchema(supergraph.publicSdl);
  const model = modelOf(supergraph);
  return Array.from({ length: operations }, (_, seed) => {
    const count = fields.min + Math.round((seed / (operations - 1)) * (fields.max - fields.min));
    return toSubject(model, companyOperation(schema, seed, count));
  });
}

function measure(name: string, subjects: readonly Subject[], fresh: number | undefined): Row {
  const first = subjects.map(timeOf);
  const best = [...first];
  for (let round = 1; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      best[index] = Math.min(best[index] ?? Number.POSITIVE_INFINITY, timeOf(subject));
    }
  }
  const bytes = subjects.slice(-20).map((subject) => {
    collectGarbage();
    return allocatedBytes(() => planSubject(subject, planOperation));
  });
  return { name, first, best, fresh, bytes: Math.max(...bytes) };
}

function timeOf(subject: Subject): number {
  const start = performance.now();
  planSubject(subject, planOperation);
  return performance.now() - start;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
