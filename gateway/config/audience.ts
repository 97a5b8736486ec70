import { z } from 'zod';

/** Who may have something: everybody, nobody, or identities with one of the scopes. */
export const audience = () =>
  z.union(
    [
      z.boolean(),
      z.strictObject({ scopes: z.array(z.string().min(1)).min(1).describe('Scopes of which an identity needs one.') }),
    ],
    'must be true, false, or scopes of which an identity needs one: { scopes: [dev] }',
  );

export type Audience = z.output<ReturnType<typeof audience>>;
