import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followRecords } from '../../../gateway/cluster/follow-records.ts';
import { MemoryRecordStore } from '../../../gateway/store/memory-record-store.ts';
import type { StoredRecord } from '../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../gateway/store/record-table.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const record = (id: string, expiresAtMs?: number): StoredRecord => ({ kind: 'block', id, value: {}, expiresAtMs });

it('tells all records of a kind once for many changes, also when one ends by itself', async () => {
  const store = new MemoryRecordStore(new RecordTable(Date.now));
  const told: string[] = [];
  const followed = followRecords(store, (kind, records) => told.push(`${kind} ${records.map(({ id }) => id)}`));
  expect(followed.known()).toEqual({});
  await store.open();
  await vi.advanceTimersByTimeAsync(100);
  expect(told.splice(0)).toEqual(['block ', 'revocation ', 'apiKey ', 'logLevel ', 'canary ']);
  for (let each = 0; each < 3; each++) await store.put(record(`b${each}`, Date.now() + 1_000 + each * 10_000));
  expect(followed.known().block).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(100);
  expect(told.splice(0)).toEqual(['block b0,b1,b2']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told.splice(0)).toEqual(['block b1,b2']);
  await store.remove('block', 'b1');
  followed.close();
  store.close();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toEqual([]);
});
