import { z } from 'zod';
import { groupName } from './endpoint-groups.ts';
import { always, share, size, subgraphUrl, timeout } from './units.ts';

/** What gets copies of queries, whose answers count for nothing. */
export const mirrorSection = z
  .strictObject({
    group: groupName()
      .optional()
      .describe('A group of the endpoints of this subgraph; it gets copies and nothing else.'),
    url: subgraphUrl().optional().describe('Where else copies go, in the place of a group; for REST the base URL.'),
    share: share().prefault('10%').describe('Share of the queries that are copied once their answer is there.'),
    identity: z
      .boolean()
      .default(true)
      .describe(
        'Whether copies bring along who asks: the headers of identity.onward, authorization, cookies and signatures.',
      ),
    timeout: timeout().prefault('5s').describe('How long a copy may take.'),
    maxInFlight: z
      .int()
      .min(1)
      .max(10_000)
      .default(20)
      .describe('Most copies in flight; what would be more is not copied.'),
    compareBytes: size()
      .prefault('256kb')
      .describe('Largest answer whose data is compared with that of its copy; a larger one of a copy is not read.'),
  })
  .refine(({ group, url }) => (group === undefined) !== (url === undefined), {
    message: 'needs either group or url',
    ...always,
  })
  .meta({ either: ['group', 'url'] });

export type MirrorConfig = z.output<typeof mirrorSection>;
