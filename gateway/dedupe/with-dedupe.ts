import type { HeadersConfig } from '../config/headers.ts';
import { InFlight } from '../lib/in-flight.ts';
import type { OperationRun, RunOperation } from '../run-operation.ts';
import { createRunKey, type RunKeyOptions } from './run-key.ts';
import { SharedRun } from './shared-run.ts';

export interface DedupeOptions extends RunKeyOptions {
  readonly headers: HeadersConfig;
  /** How long a run may take. */
  readonly timeoutMs: number;
  /** In milliseconds. Default: a clock that is never set. */
  readonly now?: () => number;
}

/** Oldest run, in milliseconds, that is joined, if half of its time is not up before: one that stalls takes nobody along. */
const joinMsMost = 1_000;

/**
 * Gives queries in flight that are equal in all that matters one run, and all who wait for it the same answer. Nobody joins a run that has
 * ended, nor one that began before the end of a mutation: clients are to read what they wrote. When a run fails soon, those who joined it
 * ask again, together and once: it may have failed for who asked first only.
 */
export function withDedupe(run: RunOperation, options: DedupeOptions): RunOperation {
  const { headers, timeoutMs, now = () => performance.now() } = options;
  // A cookie is for one client.
  if (headers.toClients.some(({ propagate = [] }) => propagate.includes('set-cookie'))) return run;
  const joinMs = Math.min(joinMsMost, timeoutMs / 2);
  const toKey = createRunKey(options);
  const inFlight = new InFlight<SharedRun>();

  const start = (key: string, first: OperationRun): SharedRun => {
    const forget = () => inFlight.delete(key, shared);
    const shared = new SharedRun(run, first, now(), forget);
    inFlight.set(key, shared);
    return shared;
  };

  const isEarly = ({ startedMs }: SharedRun) => now() - startedMs <= joinMs;
  const find = (key: string) => {
    const found = inFlight.get(key);
    return found !== undefined && isEarly(found) ? found : undefined;
  };

  return async (request) => {
    const { kind } = request.operation;
    if (kind === 'mutation') return run(request).finally(() => inFlight.clear());
    const key = kind === 'query' ? toKey(request) : undefined;
    if (key === undefined) return run(request);
    const joined = find(key);
    if (joined === undefined) return start(key, request).wait(request);
    request.client.trace?.note('run.joined');
    const answer = await joined.waitForGood(request, () => isEarly(joined));
    return answer ?? (find(key) ?? start(key, request)).wait(request);
  };
}
