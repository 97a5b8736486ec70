import { z } from 'zod';

/** What is settled for a variant, as registries answer it. */
export const settingsShape = z.looseObject({
  approvals: z.number(),
  refuseBreaking: z.boolean(),
  usageDays: z.number(),
  checks: z.record(z.string(), z.unknown()).default({}),
  canary: z.record(z.string(), z.unknown()).default({}),
  contract: z
    .looseObject({
      source: z.string(),
      include: z.array(z.string()),
      exclude: z.array(z.string()),
      hideUnreachable: z.boolean(),
    })
    .optional(),
});

/** What is settled for a variant, as it was answered. */
export type AnsweredSettings = z.output<typeof settingsShape>;
