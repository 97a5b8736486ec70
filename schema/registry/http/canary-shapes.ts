import { z } from '@hono/zod-openapi';
import { type Canary, percentOf } from '../canary/canary.ts';
import type { CanaryState } from '../canary/read-canary-state.ts';

const percent = z.number().gt(0).max(100);
const weekMs = 604_800_000;

/** How a version is to be tried first. */
export const canaryBody = z
  .strictObject({
    percent: percent.describe('The share of clients that it begins with.'),
    steps: z
      .array(percent)
      .max(20)
      .refine((steps) => steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0)), 'must grow')
      .optional()
      .describe('Shares of clients that it goes on to. Default: 5, 25, 50, 100.'),
    stepMs: z.int().min(100).max(weekMs).optional().describe('The least time that each takes. Default: 5 minutes.'),
    requestsLeast: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('How many requests it must have answered in each. Default: 100.'),
    reportMs: z
      .int()
      .min(100)
      .max(60_000)
      .optional()
      .describe('How often gateways report meanwhile. Default: 5 seconds.'),
  })
  .openapi('CanaryToStart');

const sideShape = z.object({
  count: z.int(),
  errors: z.int(),
  p95: z.number().optional().describe('In milliseconds.'),
});

const time = () => z.int().describe('In milliseconds since the epoch.');

/** A canary without its figures. */
const tried = {
  state: z.enum(['running', 'promoted', 'rolledBack']),
  version: z.int().describe('The one that is tried, or was.'),
  stable: z.int().describe('The one beside it.'),
  percent: z.number().describe('The share of clients that have it, or had it at the end.'),
  steps: z.array(z.number()),
  stepMs: z.int(),
  requestsLeast: z.int(),
  reportMs: z.int(),
  startedAt: time(),
  stepAt: time(),
  startedBy: z.string(),
};

export const startedCanaryShape = z.object(tried).openapi('StartedCanary');

export const canaryShape = z
  .object({
    ...tried,
    endedAt: time().optional(),
    endedBy: z.string().optional(),
    reason: z.string().optional().describe('Why it ended.'),
    verdict: z
      .enum(['few', 'fine', 'doubtful', 'worse'])
      .optional()
      .describe('What the figures say; missing once it has ended.'),
    requests: z.int().optional().describe('Requests that it has answered; missing once it has ended.'),
    figures: z
      .array(
        z.object({
          operation: z.string().describe('Its hash.'),
          name: z.string().optional(),
          verdict: z.enum(['few', 'fine', 'doubtful', 'worse']),
          by: z.enum(['errors', 'p95']).optional(),
          stable: sideShape,
          canary: sideShape,
        }),
      )
      .describe('By operation, worst first; as they were at the end.'),
  })
  .openapi('Canary');

/** Writes a canary that was started. */
export function toStartedAnswer(canary: Canary) {
  const { state, version, stable, steps, stepMs, requestsLeast, reportMs, startedAt, stepAt, startedBy } = canary;
  return {
    ...{ state, version, stable, percent: percentOf(canary), steps },
    ...{ stepMs, requestsLeast, reportMs, startedAt, stepAt, startedBy },
  };
}

/** Writes a canary with its figures: those of now, or those of its end. */
export function toCanaryAnswer(canary: Canary, now?: CanaryState) {
  const { endedAt, endedBy, reason } = canary;
  const figures = now?.figures ?? canary.figures;
  return {
    ...toStartedAnswer(canary),
    endedAt,
    endedBy,
    reason,
    verdict: now?.verdict,
    requests: now?.requests,
    figures,
  };
}
