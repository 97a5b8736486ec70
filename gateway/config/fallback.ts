import { z } from 'zod';

const fallback = z
  .strictObject({
    field: z
      .string()
      .regex(/^[A-Za-z_]\w*\.[A-Za-z_]\w*$/, 'must be a field such as Product.inStock')
      .describe('The field; that of an interface stands for those of its types that have no value of their own.'),
    value: z
      .unknown()
      .default(null)
      .describe(
        'What clients get: a value of the type of the field. For a list of objects [] is one. An object can only be null.',
      ),
  })
  .describe('A value for a field.');

/** What clients get when what they asked for cannot be had. */
export const fallbackSection = z
  .strictObject({
    defaults: z
      .array(fallback)
      .max(1_000)
      .refine((defaults) => new Set(defaults.map(({ field }) => field)).size === defaults.length, {
        message: 'must not name a field twice',
        abort: true,
      })
      .default([])
      .describe(
        'Values that fields have, in the place of null and an error, when their subgraph cannot be reached, takes too long, fails with a status of 5xx, is blocked, or answers something that cannot be used; also where that is so of a value below that must not be null. What a subgraph refuses stays refused. The answer lists their paths in extensions.degraded. Needs the compiled engine.',
      ),
  })
  .prefault({});
