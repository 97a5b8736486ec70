import type { RoutedFetch } from '../../transport/endpoints/router.ts';
import type { FetchRequest, FetchResult, Send } from '../../transport/send.ts';
import { type CachePolicy, noLimits } from '../cache-policy.ts';
import type { FetchedObjects } from './fetched-objects.ts';

export interface AbsenceOptions {
  readonly objects: FetchedObjects;
  /** How long it is known at most that there is no such entity. */
  readonly negativeMaxAge: number;
  /** The group of endpoints on trial that a fetch goes to. */
  readonly trialOf: (fetch: RoutedFetch) => string | undefined;
}

/** Tells client requests of entities that are not there: there may be one in a moment, so an answer that shows so is soon too old. */
export function withAbsenceTold(send: Send, options: AbsenceOptions): Send {
  const { negativeMaxAge: maxAgeMs } = options;
  const policy: CachePolicy = { ...noLimits, maxAgeMs, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
  return (fetch) => (fetch.client.onFetched === undefined ? send(fetch) : tell(send, fetch, policy, options));
}

async function tell(
  send: Send,
  fetch: FetchRequest,
  policy: CachePolicy,
  { objects, trialOf }: AbsenceOptions,
): Promise<FetchResult> {
  const result = await send(fetch);
  const { subgraph, operation, client } = fetch;
  // What comes with errors is not stored anyway.
  if (operation.kind === 'query' && result.errors === undefined && objects.lacksAny(operation, result)) {
    client.onFetched?.({
      subgraph,
      policy,
      statesMaxAge: true,
      statesPublic: true,
      ageMs: 0,
      setsCookie: false,
      degraded: false,
      trial: trialOf(fetch),
    });
  }
  return result;
}
