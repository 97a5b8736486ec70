import type { RecordKind, RecordStore, StoredRecord } from '../store/record-store.ts';
import { RecordTable } from '../store/record-table.ts';

/** Knows what operators said from another process, which keeps it. */
export class PushedRecords implements RecordStore {
  readonly #table = new RecordTable(Date.now);
  readonly #stopSweeping = this.#table.sweepRegularly();

  /** These are all there are of the kind. */
  push(kind: RecordKind, records: readonly StoredRecord[]): void {
    this.#table.replace(kind, records);
  }

  /** What the other process knows is here before anybody asks for it. */
  async open(): Promise<void> {}

  all(kind: RecordKind): readonly StoredRecord[] {
    return this.#table.all(kind);
  }

  follow(kind: RecordKind, listener: (records: readonly StoredRecord[]) => void): () => void {
    return this.#table.follow(kind, listener);
  }

  async put(): Promise<void> {
    throw new Error('This is kept by another process of the gateway.');
  }

  async replace(): Promise<boolean> {
    throw new Error('This is kept by another process of the gateway.');
  }

  async remove(): Promise<boolean> {
    throw new Error('This is kept by another process of the gateway.');
  }

  close(): void {
    this.#stopSweeping();
  }
}
