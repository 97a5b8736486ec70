import { admin } from './admin.ts';
import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { head } from './parts.ts';
import { showTime } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** A block, as `/control/blocks` has it. */
interface BlockRecord {
  readonly id: string;
  readonly value: { readonly what: string; readonly name: string; readonly reason: string; readonly setBy: string };
  readonly expiresAt?: string;
}

const kinds = ['operation', 'client', 'subject', 'field', 'subgraph'] as const;
const lengths = [
  ['600000', '10 minutes'],
  ['3600000', '1 hour'],
  ['86400000', '1 day'],
  ['', 'until it is lifted'],
] as const;

/** What operators say at run time: what is blocked for a while. */
export const controlView: CreateView = () => {
  const lift = async ({ id, value }: BlockRecord) => {
    const reason = await confirmed(`Lift the block of ${value.name}?`, 'All gateways that share the store do so.');
    if (reason === undefined) return;
    await tell(`The block of ${value.name} is lifted.`, async () => {
      await admin.send('DELETE', `/control/blocks/${encodeURIComponent(id)}`);
      await read();
    });
  };
  const table = new Table<BlockRecord>({
    caption: 'What is blocked',
    empty: 'Nothing is blocked.',
    keyOf: ({ id }) => id,
    columns: [
      { title: 'Name', cell: ({ value }) => value.name },
      { title: 'What', cell: ({ value }) => value.what },
      { title: 'Why', cell: ({ value }) => value.reason },
      { title: 'By', cell: ({ value }) => value.setBy },
      { title: 'Until', cell: ({ expiresAt }) => (expiresAt === undefined ? 'lifted' : showTime(expiresAt)) },
    ],
    actions: [{ title: () => 'Lift', run: (record) => void lift(record) }],
  });
  const read = async () => {
    const { records } = await admin.read<{ readonly records: readonly BlockRecord[] }>('/control/blocks');
    table.update(records);
  };
  void read().catch(() => table.update([]));
  return {
    title: 'Blocks',
    element: h('div', {}, head('Blocks'), blockForm(read), table.element),
    update: () => {},
  };
};

function blockForm(read: () => Promise<void>): HTMLElement {
  const what = h('select', {}, ...kinds.map((kind) => h('option', { value: kind }, kind)));
  const name = h('input', { required: true, maxlength: 1000, autocomplete: 'off', spellcheck: 'false' });
  const reason = h('input', { required: true, maxlength: 1000, autocomplete: 'off' });
  const length = h('select', {}, ...lengths.map(([value, title]) => h('option', { value }, title)));
  length.value = '3600000';
  const fields = [
    h('label', {}, 'Block', what),
    h('label', {}, 'Name', name),
    h('label', {}, 'Why', reason),
    h('label', {}, 'For', length),
  ];
  const form = h('form', {}, ...fields, h('button', { class: 'primary' }, 'Block'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const target = { what: what.value, name: name.value.trim() };
    await tell(`The ${target.what} ${target.name} is blocked.`, async () => {
      const expiresAt =
        length.value === '' ? {} : { expiresAt: new Date(Date.now() + Number(length.value)).toISOString() };
      const value = { ...target, reason: reason.value.trim(), setBy: 'console' };
      await admin.send('PUT', `/control/blocks/${await blockIdOf(target.what, target.name)}`, { value, ...expiresAt });
      form.reset();
      await read();
    });
  });
  return h('div', { class: 'panel' }, h('h2', {}, 'Refuse something for a while'), form);
}

/** The same for the same thing, as the command line has it, so that one block replaces the other. */
async function blockIdOf(what: string, name: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${what} ${name}`));
  return Array.from(new Uint8Array(digest).slice(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
