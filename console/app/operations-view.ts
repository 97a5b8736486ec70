import type { LiveOperation } from '../live.ts';
import { h, setText } from './element.ts';
import { LongList } from './long-list.ts';
import { toErrors } from './overview-view.ts';
import { head, windowChoice } from './parts.ts';
import { showMs, showNumber, showOperation, showRate } from './show.ts';
import type { CreateView } from './view.ts';

/** All operations that are told apart. */
export const operationsView: CreateView = (feed) => {
  const list = new LongList<LiveOperation>({
    label: 'Operations',
    sortedBy: 1,
    keyOf: ({ hash }) => hash,
    columns: [
      {
        title: 'Operation',
        cell: (one) => ({
          text: showOperation(one),
          href: one.hash === 'other' ? undefined : `#/operations/${one.hash}`,
        }),
        valueOf: (one) => showOperation(one).toLowerCase(),
      },
      {
        title: 'A second',
        cell: ({ requests }) => showRate(requests, feed.live.traffic?.windowMs ?? 1),
        valueOf: ({ requests }) => requests,
      },
      {
        title: 'Errors',
        cell: ({ errors, requests }) => toErrors(errors, requests),
        valueOf: ({ errors, requests }) => errors / Math.max(1, requests),
        isExtra: true,
      },
      { title: 'p50', cell: ({ p50Ms }) => showMs(p50Ms), valueOf: ({ p50Ms = 0 }) => p50Ms, isExtra: true },
      { title: 'p99', cell: ({ p99Ms }) => showMs(p99Ms), valueOf: ({ p99Ms = 0 }) => p99Ms },
      {
        title: 'Cost each',
        cell: ({ cost, requests }) => (cost === 0 ? '–' : showNumber(cost / requests)),
        valueOf: ({ cost, requests }) => cost / Math.max(1, requests),
        isExtra: true,
      },
      {
        title: 'Time in all',
        cell: ({ p50Ms = 0, requests }) => showMs(p50Ms * requests),
        valueOf: ({ p50Ms = 0, requests }) => p50Ms * requests,
        isExtra: true,
      },
    ],
  });
  const search = h('input', { type: 'search', placeholder: 'Name or hash', spellcheck: 'false' });
  const found = h('p', { class: 'hint', role: 'status' });
  let operations: readonly LiveOperation[] = [];
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    const matching = operations.filter((one) => `${showOperation(one)} ${one.hash}`.toLowerCase().includes(wanted));
    setText(found, `${matching.length} of ${operations.length} operations`);
    list.update(matching);
  };
  search.addEventListener('input', show);
  const element = h(
    'div',
    {},
    head('Operations', windowChoice(feed)),
    h('div', { class: 'inline' }, h('label', {}, 'Find ', search), found),
    list.element,
  );
  return {
    title: 'Operations',
    element,
    update({ traffic }) {
      operations = traffic?.operations ?? [];
      show();
    },
  };
};
