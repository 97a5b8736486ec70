import { z } from 'zod';

/** Which fields have moved from one subgraph to another. */
export const overridesSection = z
  .strictObject({
    labels: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Labels of @override that are on for everybody. A label percent(n) is on for n percent of identities, or else addresses, without being named here; the stitched engine takes it for off.',
      ),
  })
  .prefault({});
