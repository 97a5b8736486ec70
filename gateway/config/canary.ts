import { z } from 'zod';
import { groupName } from './endpoint-groups.ts';
import { duration, share, timeout } from './units.ts';

const steps = z
  .array(share())
  .min(1)
  .max(20)
  .refine((shares) => shares.every((one, index) => one > (shares[index - 1] ?? 0)), 'must be growing shares above 0%');

/** How a group of endpoints is tried beside another one. */
export const canarySection = z
  .strictObject({
    group: groupName().default('canary').describe('The group that is tried.'),
    baseline: groupName().default('stable').describe('The group that it is compared with, which gets all other calls.'),
    steps: steps
      .prefault(['5%', '25%', '50%', '100%'])
      .describe('Shares of the calls that it gets, one after the other; after the last one it gets all of them.'),
    every: timeout().prefault('5m').describe('The least time that a step takes.'),
    minimum: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(50)
      .describe('Calls that it must have answered in a step before the next one, and fewest to judge it by.'),
    errorMargin: share()
      .prefault('1%')
      .describe('By how much its share of errors may be greater than that of the baseline.'),
    maxErrorRate: share()
      .optional()
      .describe(
        'The share of errors that is too much, whatever that of the baseline. Default: none, but half of the calls where the baseline has answered next to none.',
      ),
    slowRatio: z
      .number()
      .min(1)
      .max(100)
      .default(1.5)
      .describe('How many times as long as that of the baseline its 95th percentile may be, slowMargin aside.'),
    slowMargin: duration()
      .prefault('20ms')
      .describe('By how much its 95th percentile may be longer than slowRatio allows.'),
  })
  .refine(({ group, baseline }) => group !== baseline, {
    path: ['baseline'],
    message: 'must be another group than the one that is tried',
  });

export type CanaryConfig = z.output<typeof canarySection>;
