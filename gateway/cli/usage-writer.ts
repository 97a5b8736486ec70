import { durationOfBucket } from '../../schema/feed/duration-bucket.ts';
import type { UsageGroup } from '../../schema/feed/usage-group.ts';
import type { UsageExportFlags } from './usage-export-command.ts';

/** What requests of one name came to. */
export interface ExportedGroup extends Omit<UsageGroup, 'by'> {
  /** Of an operation that has one. */
  readonly title?: string | undefined;
}

/** Writes rows, all of the same columns. */
export interface UsageWriter {
  /** Writes what stands before all rows. */
  readonly begin: () => void;
  readonly write: (
    period: { readonly fromMs: number; readonly toMs: number },
    groups: readonly ExportedGroup[],
  ) => void;
}

interface WriterOptions extends Pick<UsageExportFlags, 'by' | 'format'> {
  readonly write: (text: string) => void;
}

type Value = string | number | null;
type Column = readonly [name: string, read: (group: ExportedGroup, from: string, to: string) => Value];

/** Writes CSV (https://www.rfc-editor.org/rfc/rfc4180), or JSON one object a line. */
export function createUsageWriter({ by, format, write }: WriterOptions): UsageWriter {
  const columns = columnsOf(by);
  const toText = format === 'csv' ? toCsv : (values: readonly Value[]) => toJson(columns, values);
  return {
    begin() {
      if (format === 'csv') write(toCsv(columns.map(([name]) => name)));
    },
    write({ fromMs, toMs }, groups) {
      const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
      for (const group of groups) write(toText(columns.map(([, read]) => read(group, from ?? '', to ?? ''))));
    },
  };
}

function columnsOf(by: UsageExportFlags['by']): readonly Column[] {
  return [
    ['from', (_, from) => from],
    ['to', (_group, _from, to) => to],
    [by, ({ name }) => name],
    ...(by === 'operation' ? [['operationName', ({ title = '' }) => title] satisfies Column] : []),
    ['requests', ({ requests }) => requests],
    ['errors', ({ errors }) => errors],
    ['cost', ({ cost }) => round(cost)],
    ['bytes', ({ bytes }) => bytes],
    ['quotaUsed', ({ quota }) => round(quota)],
    ...percentiles.map((percent): Column => [`p${percent}Ms`, ({ durations }) => percentileOf(durations, percent)]),
  ];
}

const percentiles = [50, 95, 99];

/** At most 5 % off; `null` of no requests. */
function percentileOf(durations: UsageGroup['durations'], percent: number): number | null {
  const counts = Object.entries(durations)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([one], [other]) => one - other);
  let left = (counts.reduce((sum, [, count]) => sum + count, 0) * percent) / 100;
  for (const [bucket, count] of counts) {
    left -= count;
    if (left <= 0) return round(durationOfBucket(bucket));
  }
  return null;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function toJson(columns: readonly Column[], values: readonly Value[]): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(([name], index) => [name, values[index] ?? null])))}\n`;
}

function toCsv(values: readonly Value[]): string {
  return `${values.map(toCsvField).join(',')}\r\n`;
}

/** What clients call themselves is no formula of whoever opens the file. */
function toCsvField(value: Value): string {
  if (typeof value !== 'string') return String(value ?? '');
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
