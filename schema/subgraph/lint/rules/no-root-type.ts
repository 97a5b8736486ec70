import { z } from 'zod';
import { createLintRule } from '../lint-rule.ts';

const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

export const noRootType = createLintRule({
  id: 'no-root-type',
  defaultSeverity: 'off',
  summary: 'A subgraph has no root types that it should not have.',
  options: z.strictObject({
    disallow: z.array(z.enum(['query', 'mutation', 'subscription'])).default(['subscription']),
  }),
  *check({ elements }, { disallow }) {
    const names = new Set<string>(disallow.map((operation) => roots[operation]));
    for (const { node, holders, coordinate } of elements) {
      if (holders.length > 0 || !names.has(coordinate)) continue;
      yield { node, coordinate, message: `Remove the root type ${coordinate}; it is not allowed here.` };
    }
  },
});
