import { z } from 'zod';

/** Who may ask for the schema. */
export const introspectionSection = z
  .union(
    [
      z.boolean(),
      z.strictObject({ scopes: z.array(z.string().min(1)).min(1).describe('Scopes of which an identity needs one.') }),
    ],
    'must be true, false, or scopes of which an identity needs one: { scopes: [dev] }',
  )
  .default(true);

export type IntrospectionConfig = z.output<typeof introspectionSection>;
