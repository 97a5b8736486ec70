import type { LiveSubject } from '../../console/live.ts';
import { GatewayError } from '../errors.ts';

const kinds = ['operation', 'client', 'subgraph'] as const;
const nameLongest = 1_000;

/**
 * What somebody wants to know of by itself: `?operation=` with a hash, `?client=` or `?subgraph=` with a name.
 * @throws GatewayError BAD_REQUEST
 */
export function readSubject(query: URLSearchParams): LiveSubject {
  const named = kinds.flatMap((of) => query.getAll(of).map((name) => ({ of, name })));
  const [subject] = named;
  if (subject === undefined || named.length > 1 || subject.name.length > nameLongest) {
    throw new GatewayError('BAD_REQUEST', 'Name one operation by its hash, one client, or one subgraph.');
  }
  return subject;
}
