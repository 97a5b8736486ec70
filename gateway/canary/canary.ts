import { hash } from 'node:crypto';
import { z } from 'zod';
import type { CanaryConfig } from '../config/canary.ts';
import { isRecordId } from '../store/record-json.ts';
import type { StoredRecord } from '../store/record-store.ts';

const side = z.object({
  count: z.number(),
  errors: z.number(),
  /** In milliseconds; missing without durations. */
  p95: z.number().optional(),
});

/** What two groups came to beside each other. */
const figures = z.object({ canary: side, baseline: side });

const kept = z.object({
  subgraph: z.string(),
  /** What is tried, and what it is compared with. */
  group: z.string(),
  baseline: z.string(),
  /** Tells one try from the next. */
  run: z.string(),
  state: z.enum(['running', 'promoted', 'rolledBack']),
  /** Which of the steps of the configuration it is at. */
  step: z.int(),
  /** In milliseconds since the epoch. */
  startedAt: z.number(),
  stepAt: z.number(),
  startedBy: z.string(),
  endedAt: z.number().optional(),
  endedBy: z.string().optional(),
  /** Why it ended. */
  reason: z.string().optional(),
  /** As they were when it went on last, or ended. */
  figures: figures.optional(),
});

/** A group of endpoints that is tried beside another one, or was tried last. All gateways that share a store know it. */
export type Canary = Readonly<z.output<typeof kept>>;

/** The canary that a record describes; `undefined` when it is none. */
export function parseCanary({ value }: StoredRecord): Canary | undefined {
  return kept.safeParse(value).data;
}

/** What keeps a canary. */
export function toCanaryRecord(value: Canary): StoredRecord {
  return { kind: 'canary', id: canaryIdOf(value.subgraph), value, expiresAtMs: undefined };
}

/** The id of the record for a subgraph, which may be called anything. */
export function canaryIdOf(subgraph: string): string {
  return isRecordId(subgraph) && subgraph.length < 64 ? subgraph : hash('sha256', subgraph).slice(0, 32);
}

/** Whether it is about the groups that the configuration names now. */
export function isAbout({ group, baseline }: Canary, config: Pick<CanaryConfig, 'group' | 'baseline'>): boolean {
  return group === config.group && baseline === config.baseline;
}

/** The share of the calls that the group gets, from 0 to 1. */
export function shareOf(
  { state, step }: Pick<Canary, 'state' | 'step'>,
  { steps }: Pick<CanaryConfig, 'steps'>,
): number {
  switch (state) {
    case 'running':
      // The configuration may have fewer steps by now.
      return steps[Math.min(step, steps.length - 1)] ?? 1;
    case 'promoted':
      return 1;
    case 'rolledBack':
      return 0;
    default:
      return state satisfies never;
  }
}
