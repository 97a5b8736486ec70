export const recordKinds = ['block', 'revocation', 'apiKey', 'logLevel', 'canary', 'canaryReport'] as const;

/** What operators tell the gateways at run time, and gateways each other, by kind. */
export type RecordKind = (typeof recordKinds)[number];

/** Most records of one kind: all gateways hold all of them, and read them again when they lost track of changes. */
export const recordsMax = 10_000;

/** One thing that an operator said. */
export interface StoredRecord {
  readonly kind: RecordKind;
  /** Unique within its kind. */
  readonly id: string;
  /** JSON; its shape belongs to who reads the kind, and is checked there. */
  readonly value: unknown;
  /** When it counts no more, in milliseconds since the epoch; `undefined` for never. */
  readonly expiresAtMs: number | undefined;
}

/**
 * Keeps what operators said, for all gateways that share the store. Each gateway holds all records in memory, and a change that is made
 * anywhere reaches it within a second; while the store cannot be reached, what was known last counts.
 */
export interface RecordStore {
  /** Waits until the records were read once, at most for a bounded time. @throws Error when they cannot be read. */
  readonly open: () => Promise<void>;
  /** What is known now, by id, without those that count no more; from memory. */
  readonly all: (kind: RecordKind) => readonly StoredRecord[];
  /**
   * Tells `listener` the records of the kind as soon as they are known, so mostly at once, and after each change of them, of which
   * their end is one; gives what ends it. Records that could never be read are not told, not even as none.
   */
  readonly follow: (kind: RecordKind, listener: (records: readonly StoredRecord[]) => void) => () => void;
  /** Adds a record or replaces the one of its id; resolves once it is kept and known here. @throws Error when it cannot be kept. */
  readonly put: (record: StoredRecord) => Promise<void>;
  /**
   * Puts a record in the place of `former`, or where there was none, unless something else is there by now; resolves with whether it did.
   * @throws Error when that cannot be done
   */
  readonly replace: (former: StoredRecord | undefined, next: StoredRecord) => Promise<boolean>;
  /** Resolves with whether there was such a record. @throws Error when that cannot be done. */
  readonly remove: (kind: RecordKind, id: string) => Promise<boolean>;
  readonly close: () => void;
}
