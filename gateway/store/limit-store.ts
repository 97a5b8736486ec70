import type { BucketState, Debit } from './bucket.ts';

/** Where limits are counted. It may outlive what uses it: a new schema or configuration goes on with the same counts. */
export interface LimitStore {
  /** Uses all of the debits or none of them, in one step: no other use comes between. Never throws. */
  readonly take: (debits: readonly Debit[]) => Taken | Promise<Taken>;
  /** Gives up connections; no more debits are taken after it. */
  readonly close: () => void;
}

/** What became of debits; the states are in their order. */
export type Taken =
  | {
      readonly kind: 'taken';
      readonly states: readonly BucketState[];
      /** Uses more, or with less than 0 gives back, by debit and whatever the limit says, in the store that took them. */
      readonly correct: (amounts: readonly number[]) => void;
    }
  | { readonly kind: 'refused'; readonly states: readonly BucketState[] }
  /** Nothing was counted. */
  | { readonly kind: 'unknown'; readonly allowed: boolean };
