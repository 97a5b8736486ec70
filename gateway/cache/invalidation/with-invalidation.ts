import type { FetchRequest, FetchResult, Send } from '../../transport/send.ts';
import type { CacheFacts } from '../cache-facts.ts';
import { namesTag } from '../cache-tags.ts';
import type { FetchedObjects } from '../entities/fetched-objects.ts';
import { ObjectTags } from '../entities/object-tags.ts';
import { hearFacts, namesOf } from '../hear-facts.ts';
import type { CacheStore } from '../store/cache-store.ts';

export interface InvalidationOptions {
  readonly objects: FetchedObjects;
  readonly store: Pick<CacheStore, 'invalidate'>;
  /** By which it is known what any mutation of the subgraph may have changed. */
  readonly changedTags: readonly string[];
}

/** Takes away what shows the entities that mutations return, and what their answers name. */
export function withInvalidation(send: Send, options: InvalidationOptions): Send {
  return (fetch) => (fetch.operation.kind === 'mutation' ? change(send, fetch, options) : send(fetch));
}

async function change(
  send: Send,
  { subgraph, operation, variables, client, span, signal }: FetchRequest,
  { objects, store, changedTags }: InvalidationOptions,
): Promise<FetchResult> {
  const heard: CacheFacts[] = [];
  const fetch = { subgraph, operation, variables, client: hearFacts(client, heard), span, signal };
  const result = await send(fetch);
  const changed = new ObjectTags(objects.options);
  objects.addChanged(changed, fetch, result);
  const names = namesOf(heard);
  void store.invalidate([...changed.changed, ...(names.length > 0 ? [...names, namesTag] : []), ...changedTags]);
  return result;
}
