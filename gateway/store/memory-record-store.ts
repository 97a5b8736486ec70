import { assertRecordId, isSameRecord } from './record-json.ts';
import type { RecordKind, RecordStore, StoredRecord } from './record-store.ts';
import { type RecordTable, withoutRecord, withRecord } from './record-table.ts';

/** Keeps records in this process, for this gateway alone: as long as its table, which may outlive the store. */
export class MemoryRecordStore implements RecordStore {
  readonly #table: RecordTable;
  readonly #stopSweeping: () => void;

  constructor(table: RecordTable) {
    this.#table = table;
    this.#stopSweeping = table.sweepRegularly();
  }

  async open(): Promise<void> {
    this.#table.assumeNone();
  }

  all(kind: RecordKind): readonly StoredRecord[] {
    return this.#table.all(kind);
  }

  follow(kind: RecordKind, listener: (records: readonly StoredRecord[]) => void): () => void {
    return this.#table.follow(kind, listener);
  }

  async put(record: StoredRecord): Promise<void> {
    assertRecordId(record.id);
    this.#table.replace(record.kind, withRecord(this.all(record.kind), record));
  }

  async replace(former: StoredRecord | undefined, next: StoredRecord): Promise<boolean> {
    const found = this.all(next.kind).find(({ id }) => id === next.id);
    if (!isSameRecord(found, former)) return false;
    await this.put(next);
    return true;
  }

  async remove(kind: RecordKind, id: string): Promise<boolean> {
    const records = this.all(kind);
    const others = withoutRecord(records, id);
    if (others.length < records.length) this.#table.replace(kind, others);
    return others.length < records.length;
  }

  close(): void {
    this.#stopSweeping();
  }
}
