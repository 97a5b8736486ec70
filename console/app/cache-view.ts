import type { LiveDecisions, LiveState, LiveStore } from '../live.ts';
import { admin } from './admin.ts';
import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { head } from './parts.ts';
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
  const stores = createStoreTable();
  const lookups = createLookupTable();
  const rules = decisionTable('Rules of rateLimit', 'No rule of rateLimit has decided anything.', [
    { title: 'Allowed', isNumber: true, cell: ({ outcomes }) => showNumber(outcomes['allowed'] ?? 0) },
    { title: 'Refused', isNumber: true, cell: ({ outcomes }) => toCount(outcomes['refused'] ?? 0) },
  ]);
  const quotas = new Table<Quota>({
    caption: 'The most that somebody has used of each quota who asked lately',
    empty: 'There are no quotas.',
    keyOf: ({ rule }) => rule,
    columns: [
      { title: 'Quota', cell: ({ rule }) => rule },
      { title: 'Used', cell: ({ used }) => ({ text: showShare(used, 1), share: used }) },
    ],
  });
  const policies = decisionTable('Refusals by policies and their codes', 'No policy has refused anything.', [
    { title: 'Refused', isNumber: true, cell: ({ outcomes }) => toCount(outcomes['refused'] ?? 0) },
    { title: 'Withheld', isNumber: true, cell: ({ outcomes }) => showNumber(outcomes['withheld'] ?? 0) },
    { title: 'Only measured', isNumber: true, cell: ({ outcomes }) => showNumber(outcomes['measured'] ?? 0) },
  ]);
  const shed = new Table<readonly [string, number]>({
    caption: 'Requests that were refused because the gateway had too much to do',
    empty: 'None was refused for that.',
    keyOf: ([reason]) => reason,
    columns: [
      { title: 'Too much of', cell: ([reason]) => reason.replace('_', ' ') },
      { title: 'Refused', isNumber: true, cell: ([, count]) => showNumber(count) },
    ],
  });
  const element = h(
    'div',
    {},
    head('Cache and limits'),
    h('h2', {}, 'Stored answers'),
    stores.element,
    purgeForm(() => feed.refresh()),
    h('h2', {}, 'Found or not'),
    lookups.element,
    h('h2', {}, 'Limits'),
    rules.element,
    quotas.element,
    h('h2', {}, 'Policies'),
    policies.element,
    h('h2', {}, 'Load'),
    shed.element,
  );
  return {
    title: 'Cache and limits',
    element,
    update({ state }) {
      if (state === undefined) return;
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
  return count === 0 ? '0' : { text: showNumber(count), tone: 'warn' as const };
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
      { title: 'Process', cell: ({ number }) => String(number) },
      { title: 'Entries', cell: ({ entries }) => showNumber(entries) },
      {
        title: 'Memory',
        cell: ({ bytes, bytesMost }) => ({
          text: `${showBytes(bytes)} of ${showBytes(bytesMost)}`,
          share: bytes / bytesMost,
        }),
      },
      { title: 'Found', cell: ({ memory }) => found(memory) },
      {
        title: 'Redis',
        cell: ({ redis }) =>
          redis === undefined ? 'none' : { text: redis.isUp ? 'up' : 'down', tone: redis.isUp ? 'good' : 'bad' },
      },
      { title: 'Found there', cell: ({ redis }) => (redis === undefined ? '–' : found(redis)) },
    ],
  });
}

function createLookupTable(): Table<LiveDecisions> {
  const count =
    (outcome: string) =>
    ({ outcomes }: LiveDecisions) =>
      showNumber(outcomes[outcome] ?? 0);
  return new Table<LiveDecisions>({
    caption: 'What was asked for since the gateway was started',
    empty: 'Nothing was looked up yet, or metrics are off.',
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
      { title: 'Stale', isNumber: true, cell: count('stale') },
      { title: 'Misses', isNumber: true, cell: count('miss') },
      { title: 'Never stored', isNumber: true, cell: count('bypass') },
    ],
  });
}

function purgeForm(refresh: () => Promise<void>): HTMLElement {
  const kinds = [
    ['tags', 'Tag'],
    ['types', 'Type'],
    ['subgraphs', 'Subgraph'],
  ] as const;
  const kind = h('select', {}, ...kinds.map(([value, title]) => h('option', { value }, title)));
  const name = h('input', { required: true, maxlength: 200, autocomplete: 'off', spellcheck: 'false' });
  const form = h('form', {}, h('label', {}, 'What', kind), h('label', {}, 'Name', name), h('button', {}, 'Forget it'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (wanted === '') return;
    const reason = await confirmed(
      `Forget what is stored of ${wanted}?`,
      'It is fetched anew when it is asked for next.',
    );
    if (reason === undefined) return;
    await tell(`What was stored of ${wanted} is forgotten.`, async () => {
      await admin.send('POST', '/control/cache/purge', { [kind.value]: [wanted] });
      await refresh();
    });
  });
  return h('div', { class: 'panel' }, h('h3', {}, 'Take away what is no longer true'), form);
}
