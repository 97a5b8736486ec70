import { errorCodes } from '../errors.ts';
import type { Quantity, Series } from './condition.ts';

/** What is looked at: requests of an operation or a client, fetches from a subgraph, or all requests. */
export interface Scope {
  readonly operation?: string | undefined;
  readonly client?: string | undefined;
  readonly subgraph?: string | undefined;
  readonly by?: 'operation' | 'client' | 'subgraph' | undefined;
}

const scopes = ['operation', 'subgraph', 'client'] as const;

const failureCodes = Object.entries(errorCodes)
  .filter(([, { status }]) => status >= 500)
  .map(([code]) => code);

/** All requests, or fetches. */
export function requestsIn(scope: Scope): Quantity {
  return { kind: 'observations', ...durationsIn(scope) };
}

/** Those with an error that is not the client's fault, or with any error. */
export function failedIn(scope: Scope, count: 'failures' | 'errors' = 'failures'): Quantity {
  const where = whereOf(scope);
  switch (kindOf(scope)) {
    case 'subgraph': {
      // Every code that fetches have is a failure but those that subgraphs make up.
      const code = count === 'failures' ? failureCodes : [...failureCodes, 'OTHER'];
      return { kind: 'counter', metric: 'overlock_fetches_total', where: { ...where, deduped: ['false'], code } };
    }
    case 'operation':
      return { kind: 'counter', metric: 'overlock_operation_requests_total', where: { ...where, ...outcome(count) } };
    // All requests are some client's, and there are no others.
    case 'client':
    case undefined:
      return { kind: 'counter', metric: 'overlock_client_requests_total', where: { ...where, ...outcome(count) } };
  }
}

/** How long requests, or fetches, took, in seconds. */
export function durationsIn(scope: Scope): Series {
  const where = whereOf(scope);
  switch (kindOf(scope)) {
    case 'subgraph':
      return { metric: 'overlock_fetch_duration_seconds', where };
    case 'operation':
      return { metric: 'overlock_operation_duration_seconds', where };
    case 'client':
      return { metric: 'overlock_client_duration_seconds', where };
    case undefined:
      return { metric: 'overlock_request_duration_seconds', where };
  }
}

/** A length of time as people and Prometheus write it, such as `5m`. */
export function toText(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, length] = units.find(([, one]) => ms >= one && ms % one === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

function kindOf(scope: Scope): (typeof scopes)[number] | undefined {
  return scope.by ?? scopes.find((name) => scope[name] !== undefined);
}

function whereOf(scope: Scope): Series['where'] {
  const named = scopes.flatMap((name) => (scope[name] === undefined ? [] : [[name, [scope[name]]] as const]));
  return Object.fromEntries(named);
}

function outcome(count: 'failures' | 'errors') {
  return { outcome: count === 'failures' ? ['failure'] : ['failure', 'error'] };
}
