import type { Subgraph } from '../subgraph/subgraph.ts';
import { holdsCredentials } from '../supergraph/holds-credentials.ts';
import type { Problem } from '../supergraph/problem.ts';

/** Refuses URLs with a user or a password, which no gateway would send. */
export function checkUrls(subgraphs: readonly Subgraph[]): readonly Problem[] {
  return subgraphs
    .filter(({ url }) => holdsCredentials(url))
    .map(({ name }) => ({
      code: 'URL_HOLDS_CREDENTIALS',
      message: 'The URL holds credentials; send them as a header, by a rule of headers.toSubgraphs.',
      subgraph: name,
      coordinate: undefined,
    }));
}
