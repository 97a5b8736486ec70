import { confirmed, tell } from './dialogs.ts';
import { lengthChoice } from './lengths.ts';
import { field, textInput } from './parts.ts';
import { namedId } from './record-ids.ts';
import { recordsAt } from './records.ts';

/** What can be blocked. */
export const blockable = ['operation', 'client', 'subject', 'field', 'subgraph'] as const;

/** What an operator has blocked, and why. */
export interface Block {
  readonly what: (typeof blockable)[number];
  readonly name: string;
  readonly reason: string;
  readonly reasonIsPublic?: boolean;
  readonly setBy: string;
  /** Of the requests, those that are refused; left out for all. */
  readonly share?: number;
}

export const blocks = recordsAt<Block>('blocks');

/** Blocks something for so long, on all gateways that share the store. */
export async function putBlock(block: Omit<Block, 'setBy'>, lifetimeMs: number | undefined): Promise<void> {
  await blocks.put(namedId(block.what, block.name), { ...block, setBy: 'console' }, lifetimeMs);
}

/** Asks why and for how long, and blocks; `shown` is what people call it. */
export async function askToBlock({ what, name }: Pick<Block, 'what' | 'name'>, shown = name): Promise<void> {
  const reason = textInput();
  const length = lengthChoice('3600000', 'until it is lifted');
  const isToBe = await confirmed({
    title: `Block the ${what} ${shown}?`,
    consequence: 'All gateways that share the store refuse it within a second, until it is lifted in Blocks.',
    doIt: 'Block',
    isDanger: true,
    fields: [field('Why', reason), field('For', length.element)],
  });
  if (!isToBe) return;
  await tell(`The ${what} ${shown} is blocked.`, () =>
    putBlock({ what, name, reason: reason.value.trim() }, length.lifetimeMs()),
  );
}
