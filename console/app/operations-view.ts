import type { LiveOperation } from '../live.ts';
import { h, setText } from './element.ts';
import { LongList } from './long-list.ts';
import { toLink } from './operation-link.ts';
import { head, windowChoice } from './parts.ts';
import { showMs, showNumber, showOperation, showRate } from './show.ts';
import { longestOf, toErrors, toSpread } from './traffic-columns.ts';
import type { CreateView } from './view.ts';

/** All operations that are told apart. */
export const operationsView: CreateView = (feed) => {
  let operations: readonly LiveOperation[] = [];
  let longestMs = 1;
  const list = new LongList<LiveOperation>({
    label: 'Operations',
    sortedBy: 1,
    keyOf: ({ hash }) => hash,
    columns: [
      { title: 'Operation', cell: toLink, valueOf: (one) => showOperation(one).toLowerCase() },
      {
        title: 'A second',
        cell: ({ requests }) => showRate(requests, feed.live.traffic?.windowMs ?? 1),
        valueOf: ({ requests }) => requests,
      },
      {
        title: 'Errors',
        cell: toErrors,
        valueOf: ({ errors, requests }) => errors / Math.max(1, requests),
      },
      { title: 'p50', cell: ({ p50Ms }) => showMs(p50Ms), valueOf: ({ p50Ms = 0 }) => p50Ms, isExtra: true },
      { title: 'p95', cell: ({ p95Ms }) => showMs(p95Ms), valueOf: ({ p95Ms = 0 }) => p95Ms, isExtra: true },
      { title: 'p99', cell: ({ p99Ms }) => showMs(p99Ms), valueOf: ({ p99Ms = 0 }) => p99Ms },
      {
        title: 'Spread',
        cell: (one) => toSpread(one, longestMs),
        valueOf: ({ p50Ms = 0, p99Ms = 0 }) => p99Ms / Math.max(0.1, p50Ms),
        isExtra: true,
      },
      {
        title: 'Cost each',
        cell: ({ cost, requests }) => (cost === 0 ? '–' : showNumber(cost / requests)),
        valueOf: ({ cost, requests }) => cost / Math.max(1, requests),
        isExtra: true,
      },
    ],
  });
  const search = h('input', { type: 'search', placeholder: 'Name or hash', spellcheck: 'false' });
  const found = h('p', { class: 'hint', role: 'status' });
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    const matching = operations.filter((one) => `${showOperation(one)} ${one.hash}`.toLowerCase().includes(wanted));
    setText(found, `${matching.length} of ${operations.length} operations`);
    list.update(matching);
  };
  search.addEventListener('input', show);
  return {
    title: 'Operations',
    element: h(
      'div',
      {},
      head('Operations', windowChoice(feed)),
      h('div', { class: 'inline' }, h('label', {}, 'Find ', search), found),
      list.element,
    ),
    update({ traffic }) {
      operations = traffic?.operations ?? [];
      longestMs = longestOf(operations);
      show();
    },
    close: () => list.close(),
  };
};
