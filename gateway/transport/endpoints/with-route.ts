import type { OutgoingRequest } from '../call.ts';
import type { IdentifiedCall } from '../with-identity.ts';
import type { RoutedFetch, Router } from './router.ts';

/** A call that knows of the fetch that it is for as much as decides where it goes. */
export type RoutedCall<Request, Answer> = (
  request: Request,
  fetch: RoutedFetch & Parameters<IdentifiedCall<Request, Answer>>[1],
) => Promise<Answer>;

/** Settles where a request goes, before requests in flight are compared: those that go to different places are not one. */
export function withRoute<Request extends OutgoingRequest, Answer>(
  call: IdentifiedCall<Request, Answer>,
  router: Router | undefined,
): RoutedCall<Request, Answer> {
  if (router === undefined) return call;
  return (request, fetch) => {
    const { affinity, group } = router(fetch);
    return call(affinity === undefined && group === undefined ? request : { ...request, affinity, group }, fetch);
  };
}
