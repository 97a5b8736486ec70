import type { EndpointAnswer } from './endpoint.ts';
import { child, members, type Place } from './place.ts';
import type { Reading } from './reading.ts';

/**
 * What an operation answers: the first success (2xx in ascending order, then `2XX`) that has content. Without any, nothing comes
 * back; only an operation that names no success at all answers as its `default` says.
 */
export function chooseResponse(
  operation: Place,
  reading: Reading,
  readContent: (response: Place) => EndpointAnswer | undefined,
): EndpointAnswer {
  const responses = members(child(operation, 'responses'));
  const successes = responses.filter(([status]) => /^2(\d\d|XX)$/i.test(status)).sort(([a], [b]) => (a < b ? -1 : 1));
  const chosen = successes.length > 0 ? successes : responses.filter(([status]) => status === 'default');
  for (const [, written] of chosen) {
    const response = reading.references.follow(written);
    const content = response && readContent(response);
    if (content) return content;
  }
  return { kind: 'empty' };
}
