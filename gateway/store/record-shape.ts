import type { RecordKind, StoredRecord } from './record-store.ts';

/** What records of a kind look like; told by who reads them. */
export interface RecordShape {
  readonly kind: RecordKind;
  /**
   * What is kept of a record that an operator sends in place of `former`, at `nowMs` since the epoch.
   * @throws Error with a sentence about what is wrong with it
   */
  readonly accept: (record: StoredRecord, former: StoredRecord | undefined, nowMs: number) => StoredRecord;
  /** What operators and logs get to see of a value that was accepted: no secrets. */
  readonly show: (value: unknown) => unknown;
}
