import type { Caller, ScopeCalls } from './scope-calls.ts';

/** What resolvers need of the request they run for. */
export interface RestContext {
  readonly calls: ScopeCalls;
  readonly caller: Caller;
}
