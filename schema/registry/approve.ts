import type { GraphRef } from '../feed/graph-ref.ts';
import type { Approval, Token } from './model.ts';
import type { Registry } from './registry.ts';
import { toAuthor } from './to-author.ts';
import { readKnownVariant } from './variant.ts';

/**
 * Keeps somebody's consent to a change, which counts for later checks and publishes of the same change by others.
 * @throws Refusal `UNKNOWN_GRAPH`
 */
export async function approve(
  { store, now }: Registry,
  token: Token,
  ref: GraphRef,
  { change, message }: Pick<Approval, 'change' | 'message'>,
): Promise<Approval> {
  await readKnownVariant(store, ref);
  const approval: Approval = { ref, change, author: toAuthor(token), at: now(), message };
  const { author, at } = approval;
  await store.approve(approval, { audit: { at, author, action: 'approve', ref, details: { change, message } } });
  return approval;
}
