import { hash } from 'node:crypto';
import { z } from 'zod';
import type { StoredRecord } from '../../store/record-store.ts';

const text = (longest: number) => z.string().min(1).max(longest);
const coordinate = /^[A-Za-z_]\w{0,127}(\.[A-Za-z_]\w{0,127})?$/;

/** What operators send of a block. */
export const sentBlock = z
  .object({
    /** What kind of thing `name` is the name of. */
    what: z.enum(['operation', 'client', 'subject', 'field', 'subgraph']),
    /** An operation's name or hash, a client's name, an identity's subject, `User.email` or `User`, or a subgraph's name. */
    name: text(1_000),
    /** For operators. */
    reason: text(1_000),
    /** Whether clients are told the reason too. */
    reasonIsPublic: z.boolean().default(false),
    setBy: text(200),
    /** Of the requests, those that are refused, of 0 to 1. Default: all. */
    share: z.number().min(0).max(1).optional(),
  })
  .refine(({ what, name }) => what !== 'field' || coordinate.test(name));

const keptBlock = sentBlock.and(z.object({ setAt: z.iso.datetime() }));

/** One thing that an operator has blocked. */
export interface Block extends z.output<typeof keptBlock> {
  readonly id: string;
  /** When it ends, in milliseconds since the epoch; `undefined` for a block that lasts until it is lifted. */
  readonly expiresAtMs: number | undefined;
}

/** The block that a record describes; `undefined` when it is none. */
export function parseBlock({ id, value, expiresAtMs }: StoredRecord): Block | undefined {
  const { data } = keptBlock.safeParse(value);
  return data && { ...data, id, expiresAtMs };
}

/** The id for a block: the same for the same thing, so that one block replaces the other. */
export function blockIdOf({ what, name }: Pick<Block, 'what' | 'name'>): string {
  return hash('sha256', `${what} ${name}`).slice(0, 12);
}
