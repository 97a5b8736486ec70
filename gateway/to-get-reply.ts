import { toConditional } from './http/conditional.ts';
import type { Reply } from './http/reply.ts';
import type { Visit } from './visit.ts';

/** A reply to a GET: where its client has been told to store it, with an `ETag`, and without a body for who has the same already. */
export function toGetReply(reply: Reply, { headers, client }: Pick<Visit, 'headers' | 'client'>): Reply {
  const control = headers.all.get('cache-control');
  const isStorable = reply.status === 200 && control !== undefined && !String(control).includes('no-store');
  return isStorable ? toConditional(reply, client.headers.get('if-none-match')) : reply;
}
