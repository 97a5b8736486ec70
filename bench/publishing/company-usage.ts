import { hash } from 'node:crypto';
import { type GraphQLSchema, parse } from 'graphql';
import { listCoordinates } from '../../gateway/operation/list-coordinates.ts';
import type { RecordedOperation, UsageReport } from '../../schema/feed/usage-report.ts';
import { companyOperation } from '../planning/company.ts';

/** Registries take more in a report; gateways send such ones. */
const operationsOfReport = 1_000;
const fields = { min: 5, max: 50 } as const;
const clients = ['web', 'ios', 'android', 'partners'];

/** What gateways report of so many different operations, each sent some times by two clients. */
export function companyUsage(schema: GraphQLSchema, operationCount: number): readonly UsageReport[] {
  const operations = Array.from({ length: operationCount }, (_, seed) => recordOperation(schema, seed));
  return Array.from({ length: Math.ceil(operationCount / operationsOfReport) }, (_, index) => {
    const some = operations.slice(index * operationsOfReport, (index + 1) * operationsOfReport);
    return { id: `report-${index}`, at: Date.now(), operations: some, counts: some.flatMap(countUses) };
  });
}

function recordOperation(schema: GraphQLSchema, seed: number): RecordedOperation {
  const name = `Operation${seed}`;
  const fieldCount = fields.min + (seed % (fields.max - fields.min + 1));
  const text = `query ${name} ${companyOperation(schema, seed, fieldCount)}`;
  const coordinates = listCoordinates(schema, parse(text));
  return { hash: hash('sha256', text), name, kind: 'query', text, coordinates };
}

function countUses({ hash: operation }: RecordedOperation, index: number): UsageReport['counts'] {
  return [0, 1].map((offset) => ({
    operation,
    client: clients[(index + offset) % clients.length] ?? '',
    clientVersion: '1.0.0',
    version: 1,
    count: 1 + (index % 100),
    errors: 0,
    durations: { 40: 1 + (index % 100) },
    inputs: {},
  }));
}
