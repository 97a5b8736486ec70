import { hash } from 'node:crypto';
import type { Reply } from './reply.ts';

/** Tags of bodies that are sent several times. */
const tags = new WeakMap<Buffer, string>();
const tagLength = 27;
/** Clients have one or two; who sends more is asking for work. */
const tagsMost = 20;

/**
 * A reply to a GET with a weak `ETag` (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3), as it may be compressed on the way; without
 * a body when the client has the same already, by its `If-None-Match`.
 */
export function toConditional(reply: Reply, ifNoneMatch: string | undefined): Reply {
  const tag = tagOf(reply.body);
  const etag = `W/"${tag}"`;
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, tag)) {
    return { status: 304, headers: { etag }, brought: reply.brought, body: '' };
  }
  return { ...reply, headers: { ...reply.headers, etag } };
}

function tagOf(body: string | Buffer): string {
  const known = typeof body === 'string' ? undefined : tags.get(body);
  if (known !== undefined) return known;
  const tag = hash('sha256', body, 'base64url').slice(0, tagLength);
  if (typeof body !== 'string') tags.set(body, tag);
  return tag;
}

function matches(ifNoneMatch: string, tag: string): boolean {
  return ifNoneMatch.split(',', tagsMost).some((one) => {
    const named = one.trim();
    return named === '*' || named.replace(/^W\//, '') === `"${tag}"`;
  });
}
