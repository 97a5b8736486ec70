import type { ClientRequest } from '../transport/send.ts';
import type { CacheFacts } from './cache-facts.ts';
import { ownTag } from './cache-tags.ts';

/** The client, with somebody who hears what is said of one fetch. */
export function hearFacts(client: ClientRequest, heard: CacheFacts[]): ClientRequest {
  return {
    ...client,
    onFetched: (facts) => {
      heard.push(facts);
      client.onFetched?.(facts);
    },
  };
}

/** The tags of the names that subgraphs gave their answers. */
export function namesOf(heard: readonly CacheFacts[]): readonly string[] {
  return [...new Set(heard.flatMap(({ policy }) => policy.tags))].map(ownTag);
}
