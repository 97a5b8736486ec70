import { admin } from './admin.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { choice, field } from './parts.ts';
import { showBytes, showNumber, showOperation } from './show.ts';
import { Table } from './table.ts';
import { toErrors } from './traffic-columns.ts';

const dimensions = [
  ['client', 'client'],
  ['tier', 'tier'],
  ['identity', 'identity'],
  ['country', 'country'],
  ['operation', 'operation'],
] as const;

/** What requests of somebody came to, as `/usage/recent` has it. */
interface Group {
  readonly by: (typeof dimensions)[number][0];
  readonly name: string;
  readonly requests: number;
  readonly errors: number;
  readonly cost: number;
  readonly bytes: number;
}

const shownMost = 50;

/** What the last hour came to, as bills have it. */
export function recentUsage() {
  let groups: readonly Group[] = [];
  const by = choice(dimensions);
  const table = new Table<Group>({
    caption: 'What the requests of the last hour came to',
    empty: 'Nothing was asked in the last hour.',
    keyOf: ({ by: dimension, name }) => `${dimension} ${name}`,
    columns: [
      { title: 'Of', cell: nameOf },
      { title: 'Requests', isNumber: true, cell: ({ requests }) => showNumber(requests) },
      { title: 'Errors', isNumber: true, isExtra: true, cell: toErrors },
      { title: 'Cost', isNumber: true, cell: ({ cost }) => (cost === 0 ? '–' : showNumber(cost)) },
      { title: 'Answers', isNumber: true, isExtra: true, cell: ({ bytes }) => showBytes(bytes) },
    ],
  });
  const show = () => {
    const chosen = groups.filter((group) => group.by === by.value);
    table.update(chosen.toSorted((one, other) => other.requests - one.requests).slice(0, shownMost));
  };
  by.addEventListener('change', show);
  const follower = new Follower(async () => {
    groups = (await admin.read<{ readonly groups: readonly Group[] }>('/usage/recent')).groups;
    show();
  }, 10_000);
  const heading = h('div', { class: 'head' }, h('h2', {}, 'Usage'), field('By ', by));
  return {
    element: h('div', {}, heading, follower.element, table.element),
    close: () => follower.close(),
  };
}

function nameOf({ by, name }: Group) {
  if (name === '') return '(none)';
  if (name === 'other') return 'all others';
  return by === 'operation' ? { text: showOperation({ hash: name }), href: `#/operations/${name}` } : name;
}
