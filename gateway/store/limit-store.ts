import { type BucketState, type Debit, type Limit, toState } from './bucket.ts';

/** Where limits are counted. It may outlive what uses it: a new schema or configuration goes on with the same counts. */
export interface LimitStore {
  /** Uses all of the debits or none of them, in one step: no other use comes between. Never throws. */
  readonly take: (debits: readonly Debit[]) => Taken | Promise<Taken>;
  /**
   * Lists what is used of these limits, a part at a time: `''` begins, `next` of a part goes on after it. What changes meanwhile may be
   * listed twice or not at all.
   * @throws Error when the store cannot be read
   */
  readonly list: (limits: readonly Limit[], cursor: string) => UsePage | Promise<UsePage>;
  /** Gives up connections; no more debits are taken after it. */
  readonly close: () => void;
}

/** A store that outlives configurations. */
export interface LastingLimitStore extends LimitStore {
  /** Forgets what is counted in memory for other limits than those of these names. */
  readonly keepOnly: (names: ReadonlySet<string>) => void;
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

/** Some of the buckets that are not empty. */
export interface UsePage {
  readonly uses: readonly Use[];
  /** Where the next part begins; `undefined` after the last one. */
  readonly next: string | undefined;
}

/** What is used of a limit. */
export interface Use {
  readonly limit: Limit;
  /** What people know the subject by. */
  readonly label: string;
  readonly used: number;
  readonly state: BucketState;
}

/** What is used of a limit, when nothing is asked of it. */
export function toUse(limit: Limit, label: string, used: number, windowLeftMs: number): Use {
  return { limit, label, used, state: toState(used, { limit, subject: label, amount: 0 }, true, windowLeftMs) };
}
