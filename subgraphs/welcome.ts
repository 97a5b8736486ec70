import { parse } from 'yaml';
import { readAsset } from './asset.ts';

/** What the demo prints when it is ready: where to go, and the configuration's example queries to paste there. */
export function toWelcome(origin: string, adminOrigin: string): string {
  const { graphiql }: { graphiql: { examples: string[] } } = parse(readAsset('overlock.yaml'));
  return `
The shop is open.

  GraphiQL  ${origin}/graphql
  Metrics   ${adminOrigin}/metrics

Three operations to paste:

${graphiql.examples.join('\n').replace(/^(?=.)/gm, '  ')}
Ctrl-C ends everything.
`;
}
