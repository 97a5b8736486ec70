import { type RecordKind, recordKinds, recordsMax, type StoredRecord } from './record-store.ts';

/** How often what has ended is looked for. */
const sweepEveryMs = 1_000;

type Listener = (records: readonly StoredRecord[]) => void;

/** What a store knows: records by kind and id, and who wants to hear of changes. */
export class RecordTable {
  readonly #now: () => number;
  readonly #kinds = new Map<RecordKind, readonly StoredRecord[]>();
  readonly #followers = new Set<{ readonly kind: RecordKind; readonly listener: Listener }>();

  /** @param now in milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the records of a kind were read. */
  knows(kind: RecordKind): boolean {
    return this.#kinds.has(kind);
  }

  /** The records of a kind that count, by id; none as long as nothing is known. */
  all(kind: RecordKind): readonly StoredRecord[] {
    return (this.#kinds.get(kind) ?? []).filter((record) => this.counts(record));
  }

  follow(kind: RecordKind, listener: Listener): () => void {
    const follower = { kind, listener };
    this.#followers.add(follower);
    if (this.knows(kind)) listener(this.all(kind));
    return () => this.#followers.delete(follower);
  }

  /** Knows these records of a kind and no others. */
  replace(kind: RecordKind, records: readonly StoredRecord[]): void {
    this.#kinds.set(
      kind,
      records.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    for (const follower of this.#followers) if (follower.kind === kind) follower.listener(this.all(kind));
  }

  /** Takes it that there is nothing, of kinds of which nothing is known. */
  assumeNone(): void {
    for (const kind of recordKinds) if (!this.knows(kind)) this.replace(kind, []);
  }

  /** Forgets what counts no more, and gives it. */
  sweep(): readonly StoredRecord[] {
    const ended = [...this.#kinds.values()].flat().filter((record) => !this.counts(record));
    for (const kind of new Set(ended.map((record) => record.kind))) this.replace(kind, this.all(kind));
    return ended;
  }

  /** Sweeps once a second until the function that it gives is called. */
  sweepRegularly(): () => void {
    const timer = setInterval(() => this.sweep(), sweepEveryMs).unref();
    return () => clearInterval(timer);
  }

  /** Whether a record has not ended yet. */
  counts({ expiresAtMs }: StoredRecord): boolean {
    return expiresAtMs === undefined || expiresAtMs > this.#now();
  }
}

/**
 * Records with one more, or with another one of its id.
 * @throws Error with a sentence when there are too many
 */
export function withRecord(records: readonly StoredRecord[], record: StoredRecord): readonly StoredRecord[] {
  const others = withoutRecord(records, record.id);
  if (others.length >= recordsMax) throw tooManyRecords();
  return [...others, record];
}

/** Records without the one of an id. */
export function withoutRecord(records: readonly StoredRecord[], id: string): readonly StoredRecord[] {
  return records.filter((record) => record.id !== id);
}

/** What there is to say when one more record cannot be kept. */
export function tooManyRecords(): Error {
  return new Error(`There are ${recordsMax} of them already, and more are not kept. Remove some first.`);
}
