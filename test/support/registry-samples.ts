import { hash } from 'node:crypto';
import { type GraphRef, printGraphRef } from '../../schema/feed/graph-ref.ts';
import type { RecordedOperation, UsageCount, UsageReport } from '../../schema/feed/usage-report.ts';
import type { Author, Version } from '../../schema/registry/model.ts';
import type { Alongside } from '../../schema/registry/store/registry-store.ts';
import type { Subgraph } from '../../schema/subgraph/subgraph.ts';

/** 2026-03-14 15:09:26 UTC. */
export const testTime = Date.UTC(2026, 2, 14, 15, 9, 26);

export const production: GraphRef = { graph: 'shop', variant: 'production' };
export const staging: GraphRef = { graph: 'shop', variant: 'staging' };
export const ada: Author = { token: 'token-ada', name: 'Ada' };

/** A version whose texts are as long as asked, of subgraphs of every kind. */
export function sampleVersion(version: number, { ref = production, sdl = `# version ${version}\n` } = {}): Version {
  const subgraphs: readonly Subgraph[] = [
    { kind: 'graphql', name: 'books', url: 'http://books', entities: {}, sdl: `type Query { books: Int }\n${sdl}` },
    { kind: 'rest', name: 'prices', url: 'http://prices', maxConcurrency: 4, sdl: 'type Query { prices: Int }' },
    { kind: 'federation', name: 'reviews', url: 'http://reviews/graphql', sdl: 'type Query { reviews: Int } # ☃ 𝒳' },
  ];
  const supergraphSdl = `type Query { books: Int prices: Int reviews: Int }\n${sdl}`;
  return {
    ref,
    version,
    cause: { kind: 'publish', subgraph: 'books' },
    commit: { author: ada, at: testTime + version, message: `Version ${version}`, revision: undefined },
    fingerprint: hash('sha256', supergraphSdl),
    subgraphs,
    supergraphSdl,
  };
}

/** What is written with a change. */
export function because(action: string, ref: GraphRef = production): Alongside {
  return { audit: { at: testTime, author: ada, action, ref, details: { why: action } } };
}

/** With an event for webhooks. */
export function announcing(kind: string, ref: GraphRef = production): Alongside {
  return { ...because(kind, ref), events: [{ kind, ref, details: { of: printGraphRef(ref) } }] };
}

export function sampleOperation(name: string, coordinates: readonly string[]): RecordedOperation {
  const text = `query ${name} { __typename }`;
  return { hash: hash('sha256', text), name, kind: 'query', text, coordinates };
}

/** Once, by one client, without errors, but for what is said. */
export function sampleCount(operation: RecordedOperation, rest: Partial<UsageCount> = {}): UsageCount {
  return {
    operation: operation.hash,
    client: 'web',
    clientVersion: '1.0.0',
    version: 1,
    count: 1,
    errors: 0,
    durations: {},
    inputs: {},
    ...rest,
  };
}

let reports = 0;

export function sampleReport(
  operations: readonly RecordedOperation[],
  counts: readonly UsageCount[],
  { at = testTime, id = `report-${reports++}` } = {},
): UsageReport {
  return { id, at, operations, counts };
}
