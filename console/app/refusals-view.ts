import type { LiveRefusal } from '../live.ts';
import { h, setText } from './element.ts';
import { toLink } from './operation-link.ts';
import { head } from './parts.ts';
import { showClock } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** What the gateway said no to lately, and why. */
export const refusalsView: CreateView = () => {
  const table = new Table<LiveRefusal>({
    caption: 'The last requests that the gateway refused, newest first',
    empty: 'Nothing was refused.',
    keyOf: ({ requestId, code }) => `${requestId} ${code}`,
    columns: [
      { title: 'When', isShort: true, cell: ({ atMs }) => showClock(atMs) },
      { title: 'Code', isShort: true, cell: ({ code }) => ({ text: code, isCode: true }) },
      { title: 'Why', isExtra: true, cell: ({ reason }) => reason },
      { title: 'Operation', cell: toOperation },
      { title: 'Client', isShort: true, cell: ({ client }) => client ?? '–' },
      {
        title: 'Identity',
        isShort: true,
        isExtra: true,
        cell: ({ identity, tier }) => [identity ?? 'not known', tier].filter((one) => one !== undefined).join(', '),
      },
      {
        title: 'Request',
        isShort: true,
        isExtra: true,
        cell: ({ requestId }) => ({ text: requestId.slice(0, 13), isCode: true }),
      },
    ],
  });
  const select = h('select', {}, h('option', { value: '' }, 'All codes'));
  const said = h('p', { class: 'hint', role: 'status' });
  let refusals: readonly LiveRefusal[] = [];
  const show = () => {
    const chosen = refusals.filter(({ code }) => select.value === '' || code === select.value);
    setText(said, `${chosen.length} of the last ${refusals.length} refusals`);
    table.update(chosen);
  };
  select.addEventListener('change', show);
  return {
    title: 'Refusals',
    element: h(
      'div',
      {},
      head('Refusals'),
      h('div', { class: 'inline' }, h('label', {}, 'Code ', select), said),
      table.element,
    ),
    update({ state }) {
      if (state === undefined) return;
      refusals = state.refusals;
      const known = new Set(Array.from(select.options, ({ value }) => value));
      for (const code of new Set(refusals.map((one) => one.code))) {
        if (!known.has(code)) select.append(h('option', { value: code }, code));
      }
      show();
    },
  };
};

function toOperation({ operation, operationHash }: LiveRefusal) {
  return operationHash === undefined ? (operation ?? '–') : toLink({ name: operation, hash: operationHash });
}
