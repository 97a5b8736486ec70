import { z } from '@hono/zod-openapi';

/** Which part of a long list is asked for. */
export const pageQuery = z.object({
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(50).describe('How many to answer at most.'),
  from: z.string().max(200).optional().describe('The next of the page before.'),
});
