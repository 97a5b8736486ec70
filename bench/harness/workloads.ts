import type { QueryName } from '../scenario/queries.ts';

/** What clients send. */
export interface Workload {
  readonly name: string;
  readonly query: QueryName;
  /** Over how many values the header `authorization` cycles; 0: requests do not have it, and all are the same. */
  readonly authorizations: number;
  /** Whether subgraphs get that header, so that no two requests can share a fetch. */
  readonly forwards: boolean;
}

/** The workloads by which gateways are compared. */
export const workloads: readonly Workload[] = [
  { name: 'W2f', query: 'heavy', authorizations: 10_000, forwards: true },
  { name: 'W2', query: 'heavy', authorizations: 10_000, forwards: false },
  { name: 'W1', query: 'heavy', authorizations: 0, forwards: false },
  { name: 'W3', query: 'light', authorizations: 0, forwards: false },
];
