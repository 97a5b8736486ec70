import { z } from 'zod';
import { named } from './units.ts';

/** `User`, `User.email`, `Query.search(text:)` (https://spec.graphql.org/September2025/#sec-Schema-Coordinates). */
const coordinate = z
  .string()
  .regex(
    /^[A-Za-z_]\w*(\.[A-Za-z_]\w*(\([A-Za-z_]\w*:\))?)?$/,
    'must be a coordinate such as User, Query.search or Query.search(text:)',
  );

/** Beyond it a sum of weights could leave the integers that JSON numbers hold exactly. */
const greatest = 1_000_000_000;

const limit = () => z.int().min(0).max(greatest);

/** What one operation may cost by its estimate. Everything above is refused before anything is fetched. */
export const costSection = z
  .strictObject({
    mode: z
      .enum(['off', 'measure', 'enforce'])
      .default('enforce')
      .describe(
        'Whether operations above the limit are refused, or only logged (measure). Default without this section: off.',
      ),
    limit: limit().default(5_000).describe('Highest cost of one operation.'),
    tiers: named(z.string().min(1), limit())
      .prefault({})
      .describe('Limits in place of "limit" for identities of these tiers.'),
    subgraphs: named(z.string().min(1), limit())
      .prefault({})
      .describe(
        'Highest cost of what one operation asks of these subgraphs, whatever the tier. A field that several may answer counts for each.',
      ),
    defaultListSize: z
      .int()
      .min(0)
      .max(greatest)
      .default(10)
      .describe('How long a list is taken to be about which nothing else is known.'),
    slicingArguments: z
      .array(z.string())
      .default(['first', 'last', 'limit'])
      .describe('Integer arguments that bound the list of a field without @listSize.'),
    weights: named(coordinate, z.number().min(-greatest).max(greatest))
      .prefault({})
      .describe('Weights of types, fields and arguments by coordinate, in place of those of @cost.'),
    report: z.boolean().default(false).describe('Whether answers tell the cost, in extensions.cost and in headers.'),
  })
  .prefault({ mode: 'off' });

export type CostConfig = z.output<typeof costSection>;
