import { type Block, blockable, blocks, putBlock } from './blocks.ts';
import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { lengthChoice } from './lengths.ts';
import { choice, field, head, textInput } from './parts.ts';
import type { Kept } from './records.ts';
import { showShare, showTime } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** What operators, and the watch for anomalies, have blocked for a while. */
export const blocksView: CreateView = () => {
  const lift = async ({ id, value }: Kept<Block>) => {
    const isToBe = await confirmed({
      title: `Lift the block of ${value.name}?`,
      consequence: 'All gateways that share the store let it through again within a second.',
      doIt: 'Lift it',
    });
    if (!isToBe) return;
    await tell(`The block of ${value.name} is lifted.`, async () => {
      await blocks.remove(id);
      await follower.refresh();
    });
  };
  const table = new Table<Kept<Block>>({
    caption: 'What is blocked',
    empty: 'Nothing is blocked.',
    keyOf: ({ id }) => id,
    columns: [
      { title: 'Name', cell: ({ value }) => value.name },
      { title: 'What', isShort: true, cell: ({ value }) => value.what },
      {
        title: 'Refused',
        isShort: true,
        isExtra: true,
        cell: ({ value: { share } }) => (share === undefined ? 'all' : showShare(share, 1)),
      },
      { title: 'Why', cell: ({ value }) => value.reason },
      { title: 'By', isShort: true, isExtra: true, cell: ({ value }) => value.setBy },
      {
        title: 'Until',
        isShort: true,
        cell: ({ expiresAt }) => (expiresAt === undefined ? 'it is lifted' : showTime(expiresAt)),
      },
    ],
    actions: [{ title: () => 'Lift', run: (record) => void lift(record) }],
  });
  const follower = new Follower(async () => table.update(await blocks.list()));
  return {
    title: 'Blocks',
    element: h(
      'div',
      {},
      head('Blocks'),
      blockForm(() => follower.refresh()),
      follower.element,
      table.element,
    ),
    update: () => {},
    close: () => follower.close(),
  };
};

function blockForm(refresh: () => Promise<void>): HTMLElement {
  const what = choice(blockable.map((kind) => [kind, kind]));
  const name = textInput();
  const reason = textInput();
  const isPublic = choice([
    ['', 'operators'],
    ['yes', 'clients too'],
  ]);
  const length = lengthChoice('3600000', 'until it is lifted');
  const form = h(
    'form',
    {},
    field('Block', what),
    field('Name', name, true),
    field('Why', reason, true),
    field('Told to', isPublic),
    field('For', length.element),
    h('button', { class: 'primary' }, 'Block'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const target = { what: blockable[what.selectedIndex] ?? 'operation', name: name.value.trim() };
    await tell(`The ${target.what} ${target.name} is blocked.`, async () => {
      const said = { reason: reason.value.trim(), reasonIsPublic: isPublic.value !== '' };
      await putBlock({ ...target, ...said }, length.lifetimeMs());
      form.reset();
      await refresh();
    });
  });
  const hint =
    'An operation by its name or hash, an identity by its subject, a field such as User.email. A subgraph that is blocked is not asked: its fields are null.';
  return h(
    'div',
    { class: 'panel' },
    h('h2', {}, 'Refuse something for a while'),
    form,
    h('p', { class: 'hint' }, hint),
  );
}
