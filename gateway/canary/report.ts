import { z } from 'zod';
import type { Measured } from '../../schema/feed/judge-figures.ts';
import type { StoredRecord } from '../store/record-store.ts';
import { canaryIdOf } from './canary.ts';
import { sumOf } from './figures.ts';
import type { Measurement, Side, Sides } from './meter.ts';

const measured = z.object({ count: z.number(), errors: z.number(), durations: z.record(z.string(), z.number()) });
const sides = z.object({ canary: measured, baseline: measured });
const reportShape = z.object({
  /** Which gateway tells it. */
  gateway: z.string(),
  subgraph: z.string(),
  /** What it is about: the run of a canary, and the step of that. */
  step: z.string(),
  recent: sides,
  whole: sides,
  before: measured,
});

/** What one gateway tells the others of a canary. */
export type Report = Readonly<z.output<typeof reportShape>>;

/** The report that a record is; `undefined` when it is none. */
export function parseReport({ value }: StoredRecord): Report | undefined {
  return reportShape.safeParse(value).data;
}

/** What tells a report to all, until it is told anew. */
export function toReportRecord(value: Report, expiresAtMs: number): StoredRecord {
  return { kind: 'canaryReport', id: `${canaryIdOf(value.subgraph)}.${value.gateway}`, value, expiresAtMs };
}

/** What all gateways have measured together. */
export function sumReports(reports: readonly Measurement[]): Measurement {
  const sum = (of: (report: Measurement) => Measured) => sumOf(reports.map(of));
  const both = (of: (report: Measurement) => Sides): Sides => {
    const side = (name: Side) => sum((report) => of(report)[name]);
    return { canary: side('canary'), baseline: side('baseline') };
  };
  return {
    recent: both(({ recent }) => recent),
    whole: both(({ whole }) => whole),
    before: sum(({ before }) => before),
  };
}
