import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import type { VariantSettings } from './model.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal `STALE_BASE` when a change was made for another version than the latest */
export function assertBase(ref: GraphRef, base: number | undefined, latest: number): void {
  if (base === undefined || base === latest) return;
  throw new Refusal(
    'STALE_BASE',
    `The latest version of ${printGraphRef(ref)} is ${latest} now. Look at what has changed, and try again with it as the base.`,
    { details: { base: latest } },
  );
}

/** @throws Refusal `CONTRACT_IS_DERIVED` */
export function assertNotDerived(ref: GraphRef, { contract }: VariantSettings): void {
  if (contract === undefined) return;
  throw new Refusal(
    'CONTRACT_IS_DERIVED',
    `${printGraphRef(ref)} is a contract: change ${printGraphRef({ ...ref, variant: contract.source })}, which it filters.`,
  );
}
