import type { RecordStore } from '../../store/record-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Block, parseBlock } from './block.ts';

/** Blocks as they stood after one change; some may have ended since. */
export interface BlockList {
  readonly isEmpty: boolean;
  /** The blocks of what is called so. */
  readonly of: (what: Block['what'], name: string) => readonly Block[];
  readonly fields: readonly Block[];
}

/** What operators have blocked, followed as it changes. */
export interface ActiveBlocks {
  /** The same object until something changes. */
  readonly current: () => BlockList;
  /** How long a block counts still: nothing or less when it has ended, `Infinity` until it is lifted. */
  readonly remainingMs: (block: Block) => number;
  readonly isSubgraphBlocked: (subgraph: string) => boolean;
  /** Stops following. */
  readonly close: () => void;
}

export interface ActiveBlocksOptions {
  readonly store: Pick<RecordStore, 'follow'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

const none: readonly Block[] = [];

/** Follows the blocks of a store; a record that cannot be read blocks nothing, and is told in the log. */
export function createActiveBlocks({ store, now, log }: ActiveBlocksOptions): ActiveBlocks {
  let list = toBlockList([]);
  const close = store.follow('block', (records) => {
    const read = records.map((record) => ({ id: record.id, block: parseBlock(record) }));
    const blocks = read.flatMap(({ block }) => block ?? []);
    const unreadable = read.filter(({ block }) => block === undefined).map(({ id }) => id);
    if (unreadable.length > 0) log.warn('Blocks that cannot be read are ignored; remove them.', { ids: unreadable });
    list = toBlockList(blocks);
  });
  const remainingMs = ({ expiresAtMs = Number.POSITIVE_INFINITY }: Block) => expiresAtMs - now();
  return {
    current: () => list,
    remainingMs,
    isSubgraphBlocked: (subgraph) => list.of('subgraph', subgraph).some((block) => remainingMs(block) > 0),
    close,
  };
}

function toBlockList(blocks: readonly Block[]): BlockList {
  const byKey = new Map<string, Block[]>();
  for (const block of blocks) {
    const key = toKey(block.what, block.name);
    const others = byKey.get(key);
    if (others === undefined) byKey.set(key, [block]);
    else others.push(block);
  }
  return {
    isEmpty: blocks.length === 0,
    of: (what, name) => byKey.get(toKey(what, name)) ?? none,
    fields: blocks.filter(({ what }) => what === 'field'),
  };
}

function toKey(what: Block['what'], name: string): string {
  return `${what} ${name}`;
}
