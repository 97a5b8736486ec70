import { z } from 'zod';
import { timeout } from './units.ts';

const moment = z.iso
  .datetime({ offset: true, error: 'must be a moment such as 2027-01-10T10:00:00Z' })
  .transform((text) => Date.parse(text));

const brownout = z
  .strictObject({
    from: moment.describe('When it begins, such as 2027-01-10T10:00:00Z.'),
    for: timeout().describe('How long it lasts.'),
    every: timeout().optional().describe('When it begins anew, counted from its beginning. Default: never.'),
    coordinates: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('What is switched off: User.email, Query.user(id:), Role.GUEST. Default: all that has @sunset.'),
  })
  .refine(({ for: lastsMs, every }) => every === undefined || every > lastsMs, {
    message: 'must be longer than for',
    path: ['every'],
  });

/** What clients are told of what goes away: parts of the schema with `@sunset`. */
export const deprecationsSection = z
  .strictObject({
    headers: z
      .boolean()
      .default(true)
      .describe(
        'Whether answers to operations that use something with @sunset have the headers Deprecation and Sunset.',
      ),
    afterSunset: z
      .enum(['answer', 'refuse'])
      .default('answer')
      .describe('What becomes of operations that use it when its day has come.'),
    brownouts: z
      .array(brownout)
      .default([])
      .describe('Times at which operations that use it are refused, so that those who did not listen notice in time.'),
  })
  .prefault({});

export type DeprecationsConfig = z.output<typeof deprecationsSection>;
