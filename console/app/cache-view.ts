import type { LiveDecisions, LiveState, LiveStore } from '../live.ts';
import type { Cell } from './cell.ts';
import { h } from './element.ts';
import { metricsNotice } from './metrics-notice.ts';
import { toneOf } from './near-end.ts';
import { head } from './parts.ts';
import { purgeForm } from './purge-form.ts';
import { showBytes, showNumber, showShare } from './show.ts';
import { type Column, Table } from './table.ts';
import type { CreateView } from './view.ts';

/** A store, and of which process it is. */
interface NumberedStore extends LiveStore {
  readonly number: number;
}

type Quota = LiveState['limits']['quotas'][number];

/** What is stored of answers, and what limits do. */
export const cacheView: CreateView = (feed) => {
  const notice = metricsNotice('what was found, and of limits, policies and load');
  const stores = createStoreTable();
  const lookups = createLookupTable();
  const rules = decisionTable('Rules of rateLimit', 'No rule of rateLimit has decided anything.', [
    { title: 'Allowed', isNumber: true, cell: ({ outcomes }) => showNumber(outcomes['allowed'] ?? 0) },
    { title: 'Refused', isNumber: true, cell: ({ outcomes }) => toCount(outcomes['refused'] ?? 0) },
  ]);
  const quotas = new Table<Quota>({
    caption: 'The most that somebody has used of each quota who asked lately',
    empty: 'No quota was used lately. Quotas are rules of rateLimit with a quota.',
    keyOf: ({ rule }) => rule,
    columns: [
      { title: 'Quota', cell: ({ rule }) => rule },
      {
        title: 'Used',
        isShort: true,
        cell: ({ used }) => ({ text: showShare(used, 1), share: used, tone: toneOf(used) }),
      },
    ],
  });
  const policies = decisionTable('Refusals by policies and their codes', 'No policy has refused anything.', [
    { title: 'Refused', isNumber: true, cell: ({ outcomes }) => toCount(outcomes['refused'] ?? 0) },
    { title: 'Withheld', isNumber: true, isExtra: true, cell: ({ outcomes }) => showNumber(outcomes['withheld'] ?? 0) },
    {
      title: 'Only measured',
      isNumber: true,
      isExtra: true,
      cell: ({ outcomes }) => showNumber(outcomes['measured'] ?? 0),
    },
  ]);
  const shed = new Table<readonly [string, number]>({
    caption: 'Requests that were refused because the gateway had too much to do',
    empty: 'No request was refused because the gateway had too much to do.',
    keyOf: ([reason]) => reason,
    columns: [
      { title: 'Too much of', cell: ([reason]) => reason.replaceAll('_', ' ') },
      { title: 'Refused', isNumber: true, cell: ([, count]) => toCount(count) },
    ],
  });
  const cache = [h('h2', {}, 'Stored answers'), stores.element, lookups.element, purgeForm(() => feed.refresh())];
  const limits = [h('h2', {}, 'Limits'), rules.element, quotas.element, policies.element, shed.element];
  return {
    title: 'Cache and limits',
    element: h(
      'div',
      {},
      head('Cache and limits'),
      notice.element,
      h('div', { class: 'columns' }, h('div', {}, ...cache), h('div', {}, ...limits)),
    ),
    update({ state }) {
      if (state === undefined) return;
      notice.update(state);
      stores.update(state.cache.stores.map((store, index) => ({ ...store, number: index + 1 })));
      lookups.update(state.cache.lookups);
      rules.update(state.limits.rules);
      quotas.update([...state.limits.quotas].sort((one, other) => other.used - one.used));
      policies.update(state.limits.policies);
      shed.update(Object.entries(state.limits.shed));
    },
  };
};

function toCount(count: number) {
  return count === 0 ? '0' : { text: showNumber(count), tone: 'bad' as const };
}

function decisionTable(
  caption: string,
  empty: string,
  columns: readonly Column<LiveDecisions>[],
): Table<LiveDecisions> {
  const first: Column<LiveDecisions> = { title: 'Name', cell: ({ name }) => name };
  return new Table<LiveDecisions>({ caption, empty, keyOf: ({ name }) => name, columns: [first, ...columns] });
}

function createStoreTable(): Table<NumberedStore> {
  const found = ({ asked, found: count }: LiveStore['memory']) => `${showShare(count, asked)} of ${showNumber(asked)}`;
  return new Table<NumberedStore>({
    caption: 'One store for each process of the gateway',
    empty: 'Nothing is stored. Set cache.response.enabled or cache.entity.enabled.',
    keyOf: ({ number }) => String(number),
    columns: [
      { title: 'Process', isShort: true, cell: ({ number }) => String(number) },
      { title: 'Entries', isNumber: true, cell: ({ entries }) => showNumber(entries) },
      {
        title: 'Memory',
        cell: ({ bytes, bytesMost }) => ({
          text: `${showBytes(bytes)} of ${showBytes(bytesMost)}`,
          share: bytes / bytesMost,
        }),
      },
      { title: 'Found', isNumber: true, isExtra: true, cell: ({ memory }) => found(memory) },
      { title: 'Redis', isShort: true, isExtra: true, cell: ({ redis }) => toRedis(redis, found) },
    ],
  });
}

function toRedis(redis: LiveStore['redis'], found: (of: LiveStore['memory']) => string): Cell {
  if (redis === undefined) return 'none';
  return redis.isUp ? `up, ${found(redis)}` : { text: 'down', tag: 'bad' };
}

function createLookupTable(): Table<LiveDecisions> {
  const count =
    (outcome: string) =>
    ({ outcomes }: LiveDecisions) =>
      showNumber(outcomes[outcome] ?? 0);
  return new Table<LiveDecisions>({
    caption: 'What was asked for since the gateway was started',
    empty: 'Nothing was looked up yet.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Of', cell: ({ name }) => name },
      {
        title: 'Found',
        cell: ({ outcomes }) => {
          const asked = Object.values(outcomes).reduce((sum, one) => sum + one, 0) - (outcomes['bypass'] ?? 0);
          const hits = (outcomes['hit'] ?? 0) + (outcomes['stale'] ?? 0);
          return { text: showShare(hits, asked), share: asked === 0 ? 0 : hits / asked };
        },
      },
      { title: 'Hits', isNumber: true, cell: count('hit') },
      { title: 'Stale', isNumber: true, isExtra: true, cell: count('stale') },
      { title: 'Misses', isNumber: true, isExtra: true, cell: count('miss') },
      { title: 'Never stored', isNumber: true, isExtra: true, cell: count('bypass') },
    ],
  });
}
