import type { Send } from '../../transport/send.ts';
import type { FetchedObjects } from './fetched-objects.ts';
import { ObjectTags } from './object-tags.ts';

/** Tells client requests that want to know of the objects which fetches bring. Nothing is looked at before somebody asks for the tags. */
export function withObjectsTold(send: Send, objects: FetchedObjects): Send {
  return (fetch) => (fetch.client.onObjects === undefined ? send(fetch) : tell(send, fetch, objects));
}

async function tell(send: Send, fetch: Parameters<Send>[0], objects: FetchedObjects): ReturnType<Send> {
  const result = await send(fetch);
  fetch.client.onObjects?.((others) => {
    const tags = others instanceof ObjectTags ? others : new ObjectTags(objects.options);
    objects.addAnswered(tags, fetch, result);
    return tags;
  });
  return result;
}
