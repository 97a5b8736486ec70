import type { OnCacheReport } from './cache/cache-report.ts';
import type { Answer, Engine } from './execute/engine.ts';
import type { OnFetchRun } from './execute/fetch-run.ts';
import type { Identity } from './identity/identity.ts';
import { startDeadline } from './lib/deadline.ts';
import type { Operation } from './operation/operation.ts';
import type { ClientRequest } from './transport/send.ts';

/** One allowed operation, to be run for one client. */
export interface OperationRun {
  readonly operation: Operation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
  readonly client: ClientRequest;
  /** See `ExecutionRequest`. */
  readonly stickyKey?: string | undefined;
  /** See `ExecutionRequest`. */
  readonly labels?: readonly string[] | undefined;
  /** Aborted when the client leaves. */
  readonly left: AbortSignal | undefined;
  /** Told once whether the answer was stored, and whether it may be. */
  readonly onCacheReport?: OnCacheReport | undefined;
  /** See `ExecutionRequest`. */
  readonly onFetchRun?: OnFetchRun | undefined;
}

/** Runs operations; what is thrown is a fault, or that nobody waits for the answer any longer. */
export type RunOperation = (run: OperationRun) => Promise<Answer>;

/**
 * Runs operations for no longer than `timeoutMs`. A subscription has no end to wait for. A mutation goes on when its client leaves: it may
 * have happened already.
 */
export function runInTime(engine: Engine, timeoutMs: number): RunOperation {
  return async ({ operation, variables, client, stickyKey, labels, left, onFetchRun }) => {
    const request = { operation, variables, client, stickyKey, labels, onFetchRun };
    if (operation.kind === 'subscription') return engine.execute({ ...request, signal: left });
    const deadline = startDeadline(timeoutMs, operation.kind === 'query' ? left : undefined);
    try {
      return await engine.execute({ ...request, signal: deadline.signal });
    } finally {
      deadline.end();
    }
  };
}
