import { z } from 'zod';
import { filePath, timeout } from './units.ts';

/** What of traffic is unusual, and what is done about it. */
export const anomaliesSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Whether it is learned what is usual at each hour of the week, and looked every five minutes for what is not.',
      ),
    sensitivity: z
      .number()
      .min(2)
      .max(50)
      .default(6)
      .describe('How many robust deviations from what is usual are unusual; less finds more, of nothing as well.'),
    least: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(60)
      .describe('With fewer requests in five minutes nothing is said of an operation or a client.'),
    actions: z
      .array(z.enum(['log', 'alert', 'tighten', 'block']))
      .max(4)
      .default(['log', 'alert'])
      .describe(
        'What is done: log, alert (to those of alerts.notify), tighten (about as many requests as usual of that client or identity get through), block (none do). Default: log and alert.',
      ),
    for: timeout().prefault('15m').describe('How long a client or an identity is tightened or blocked.'),
    file: z
      .union([z.literal(false), filePath()], 'must be a file, or false')
      .default('.overlock/baselines.json')
      .describe('Where what was learned is kept over a restart; false for nowhere.'),
  })
  .prefault({});

export type AnomaliesConfig = z.output<typeof anomaliesSection>;
