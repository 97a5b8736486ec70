import { watchFiles } from '../config/watch-files.ts';
import type { Logger } from '../telemetry/logger.ts';
import { byKind, changeRecordFile, type RecordsByKind, readRecordFile } from './record-file.ts';
import { assertRecordId, isSameRecord } from './record-json.ts';
import { type RecordKind, type RecordStore, recordKinds, type StoredRecord } from './record-store.ts';
import { RecordTable, withoutRecord, withRecord } from './record-table.ts';

interface FileRecordStoreOptions {
  readonly file: string;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Often enough that a change is known everywhere within a second. */
const pollMs = 250;

/** Keeps records in a file, for all gateways that have it on their disk. A file that cannot be read any more changes nothing. */
export class FileRecordStore implements RecordStore {
  readonly #file: string;
  readonly #log: Logger;
  readonly #table: RecordTable;
  readonly #watcher: { readonly close: () => void };
  readonly #stopSweeping: () => void;
  /** Reads and changes of this process follow each other, so that what is known never goes back. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ file, now, log }: FileRecordStoreOptions) {
    this.#file = file;
    this.#log = log;
    this.#table = new RecordTable(now);
    this.#watcher = watchFiles([file], () => void this.#follow(), pollMs);
    this.#stopSweeping = this.#table.sweepRegularly();
  }

  async open(): Promise<void> {
    await this.#inTurn(() => this.#read());
  }

  all(kind: RecordKind): readonly StoredRecord[] {
    return this.#table.all(kind);
  }

  follow(kind: RecordKind, listener: (records: readonly StoredRecord[]) => void): () => void {
    return this.#table.follow(kind, listener);
  }

  async put(record: StoredRecord): Promise<void> {
    assertRecordId(record.id);
    await this.#change(record.kind, (records) => withRecord(records, record));
  }

  async replace(former: StoredRecord | undefined, next: StoredRecord): Promise<boolean> {
    assertRecordId(next.id);
    let isReplaced = false;
    await this.#change(next.kind, (records) => {
      const found = records.find(({ id }) => id === next.id);
      isReplaced = isSameRecord(found, former);
      return isReplaced ? withRecord(records, next) : records;
    });
    return isReplaced;
  }

  async remove(kind: RecordKind, id: string): Promise<boolean> {
    let removed = false;
    await this.#change(kind, (records) => {
      removed = records.some((record) => record.id === id);
      return withoutRecord(records, id);
    });
    return removed;
  }

  close(): void {
    this.#watcher.close();
    this.#stopSweeping();
  }

  async #follow(): Promise<void> {
    try {
      await this.#inTurn(() => this.#read());
    } catch (error) {
      this.#log.error('The file of control.store cannot be read; what was known last still counts.', { error });
    }
  }

  async #read(): Promise<void> {
    const records = await this.#about(() => readRecordFile(this.#file));
    // A file that is gone may be a disk that is: what was taken back must not count again for that.
    if (records === undefined && recordKinds.some((kind) => this.all(kind).length > 0)) {
      throw new Error(`${this.#file}: It is gone. The next change writes it again.`);
    }
    if (records === undefined) this.#table.assumeNone();
    else this.#know(records);
  }

  async #change(
    kind: RecordKind,
    change: (records: readonly StoredRecord[]) => readonly StoredRecord[],
  ): Promise<void> {
    await this.#inTurn(async () => {
      const changed = await this.#about(() =>
        changeRecordFile(this.#file, (found) => {
          const records = this.#current(found);
          return { ...records, [kind]: change(records[kind]) };
        }),
      );
      this.#know(changed);
    });
  }

  /** What counts of what is in the file, or of what is known when it is gone. */
  #current(found: RecordsByKind | undefined): RecordsByKind {
    const of = (kind: RecordKind) =>
      found?.[kind].filter((record) => this.#table.counts(record)) ?? this.#table.all(kind);
    return byKind(of);
  }

  #know(records: RecordsByKind): void {
    for (const kind of recordKinds) this.#table.replace(kind, records[kind]);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #about<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw new Error(`${this.#file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}
