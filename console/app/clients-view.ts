import type { LiveNamed } from '../live.ts';
import { admin } from './admin.ts';
import { askToBlock } from './blocks.ts';
import { h } from './element.ts';
import { Follower } from './follower.ts';
import { debugFor } from './log-levels.ts';
import { toneOf } from './near-end.ts';
import { head, windowChoice } from './parts.ts';
import { recentUsage } from './recent-usage.ts';
import { showAge, showBytes, showNumber, showShare } from './show.ts';
import { Table } from './table.ts';
import { longestOf, trafficColumns } from './traffic-columns.ts';
import type { CreateView } from './view.ts';

/** What somebody has used of a rule, as `/usage` has it. */
interface Use {
  readonly rule: string;
  readonly subject: string;
  readonly unit: string;
  readonly used: number;
  readonly allowed: number;
  /** In seconds. */
  readonly resetsAfter: number;
}

/** As many as somebody reads, and as fit into a frame. */
const shownMost = 50;

/** Who asks most, what they have used of their quotas, and what the last hour came to. */
export const clientsView: CreateView = (feed) => {
  const clients = createClientTable(
    () => feed.live.traffic?.windowMs ?? 1,
    () => longestOf(feed.live.traffic?.clients ?? []),
  );
  const uses = createUseTable();
  const follower = new Follower(async () => {
    const { usage } = await admin.read<{ readonly usage: readonly Use[] }>('/usage');
    uses.update(
      usage.toSorted((one, other) => other.used / other.allowed - one.used / one.allowed).slice(0, shownMost),
    );
  });
  const recent = recentUsage();
  return {
    title: 'Clients',
    element: h(
      'div',
      {},
      head('Clients', windowChoice(feed)),
      clients.element,
      h(
        'div',
        { class: 'columns' },
        h('div', {}, h('div', { class: 'head' }, h('h2', {}, 'Quotas')), follower.element, uses.element),
        recent.element,
      ),
    ),
    update: ({ traffic }) => traffic && clients.update(traffic.clients.slice(0, shownMost)),
    close() {
      follower.close();
      recent.close();
    },
  };
};

function createClientTable(windowMs: () => number, longestMs: () => number): Table<LiveNamed> {
  // Those without a name, and those that are not told apart, are too many to be named.
  const isNamed = ({ name }: LiveNamed) => name !== '' && name !== 'other';
  return new Table<LiveNamed>({
    caption: 'Clients by the name that they give themselves',
    empty: 'No client has asked.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Client', cell: ({ name }) => (name === '' ? '(no name)' : name === 'other' ? 'all others' : name) },
      ...trafficColumns('A second', windowMs, longestMs),
      { title: 'Cost', isNumber: true, isExtra: true, cell: ({ cost }) => (cost === 0 ? '–' : showNumber(cost)) },
      { title: 'Answers', isNumber: true, isExtra: true, cell: ({ bytes }) => showBytes(bytes) },
    ],
    actions: [
      {
        title: (client) => (isNamed(client) ? 'Log all' : undefined),
        run: ({ name }) => void debugFor('client', name),
      },
      {
        title: (client) => (isNamed(client) ? 'Block' : undefined),
        run: ({ name }) => void askToBlock({ what: 'client', name }),
      },
    ],
  });
}

function createUseTable(): Table<Use> {
  return new Table<Use>({
    caption: 'Limits and quotas, those first that are used most',
    empty: 'Nothing of a limit is used. Limits are rules of rateLimit.',
    keyOf: ({ rule, subject }) => `${rule} ${subject}`,
    columns: [
      { title: 'Subject', cell: ({ subject }) => subject },
      { title: 'Rule', cell: ({ rule }) => rule },
      {
        title: 'Used',
        isShort: true,
        cell: ({ used, allowed }) => ({
          text: showShare(used, allowed),
          share: used / allowed,
          tone: toneOf(used / allowed),
        }),
      },
      {
        title: 'Of',
        isNumber: true,
        isExtra: true,
        cell: ({ used, allowed, unit }) =>
          `${showNumber(Math.ceil(used))} of ${showNumber(allowed)}${unit === 'cost' ? ' cost' : ''}`,
      },
      {
        title: 'Comes back in',
        isNumber: true,
        isExtra: true,
        cell: ({ resetsAfter }) => showAge(resetsAfter * 1_000),
      },
    ],
  });
}
