import { printGraphRef } from '../../feed/graph-ref.ts';
import { Refusal } from '../refusal.ts';
import { type KeptCanary, percentOf } from './canary.ts';

/** @throws Refusal `CANARY_RUNNING` when it runs: what would come after it would end it, or go live with it */
export function assertNoCanary(kept: KeptCanary | undefined): void {
  if (kept?.canary.state !== 'running') return;
  const { ref, canary } = kept;
  throw new Refusal(
    'CANARY_RUNNING',
    `Version ${canary.version} of ${printGraphRef(ref)} is tried with ${percentOf(canary)} % of the clients. Promote it or abort it, or wait for its end; then publish again.`,
    { details: { version: canary.version, percent: percentOf(canary) } },
  );
}
