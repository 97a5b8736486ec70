import type { LiveCanary, LiveSide } from '../live.ts';
import { admin } from './admin.ts';
import { confirmed, tell } from './dialogs.ts';
import type { Feed } from './feed.ts';
import { field, textInput } from './parts.ts';
import { showMs, showNumber, showShare } from './show.ts';
import { Table } from './table.ts';

const tags = { running: 'warn', promoted: 'good', rolledBack: 'bad' } as const;
const names: Readonly<Record<string, string>> = { idle: 'not started', rolledBack: 'rolled back' };

const consequences = {
  Start: 'It gets its first share of the calls, and more from step to step as long as it does well.',
  Promote: 'It gets all calls at once.',
  Abort: 'The calls go to the baseline again.',
} as const;
type What = keyof typeof consequences;

/** Canaries of subgraphs, with what an operator may do of each. */
export function canaryTable(feed: Feed): Table<LiveCanary> {
  const command = async ({ subgraph }: LiveCanary, what: What) => {
    const reason = textInput(false);
    const isToBe = await confirmed({
      title: `${what} the canary of ${subgraph}?`,
      consequence: `${consequences[what]} So do all gateways that share the store.`,
      doIt: what,
      isDanger: what === 'Abort',
      fields: [field('Why (optional)', reason)],
    });
    if (!isToBe) return;
    const why = reason.value.trim();
    await tell(`The canary of ${subgraph}: ${what.toLowerCase()} is told.`, async () => {
      const path = `/control/canaries/${encodeURIComponent(subgraph)}/${what.toLowerCase()}`;
      await admin.send('POST', path, { by: 'console', ...(why !== '' && { reason: why }) });
      await feed.refresh();
    });
  };
  const action = (title: What, isOffered: (canary: LiveCanary) => boolean) => ({
    title: (canary: LiveCanary) => (isOffered(canary) ? title : undefined),
    run: (canary: LiveCanary) => void command(canary, title),
  });
  return new Table<LiveCanary>({
    caption: 'Canaries: shares of calls that go to a new version',
    empty: 'No canary is configured. Set traffic.subgraphs.<name>.canary.',
    keyOf: ({ subgraph }) => subgraph,
    columns: [
      { title: 'Subgraph', cell: ({ subgraph }) => subgraph },
      { title: 'Canary', isExtra: true, cell: ({ group, baseline }) => `${group} instead of ${baseline}` },
      { title: 'State', isShort: true, cell: ({ state }) => ({ text: names[state] ?? state, tag: tagOf(state) }) },
      { title: 'Share', isShort: true, cell: ({ percent }) => ({ text: `${percent}%`, share: percent / 100 }) },
      { title: 'Steps', isShort: true, isExtra: true, cell: ({ steps }) => steps.map((step) => `${step}%`).join(' ') },
      {
        title: 'How it does',
        isExtra: true,
        cell: ({ figures }) => toSide(figures?.canary),
      },
      {
        title: 'The baseline',
        isExtra: true,
        cell: ({ figures }) => toSide(figures?.baseline),
      },
      { title: 'Why it ended', isExtra: true, cell: ({ reason }) => reason ?? '–' },
    ],
    actions: [
      action('Start', ({ state }) => state !== 'running'),
      action('Promote', ({ state }) => state === 'running'),
      action('Abort', ({ state }) => state === 'running' || state === 'promoted'),
    ],
  });
}

function tagOf(state: LiveCanary['state']): 'good' | 'warn' | 'bad' | undefined {
  return state === 'idle' ? undefined : tags[state];
}

function toSide(side: LiveSide | undefined): string {
  if (side === undefined || side.count === 0) return '–';
  const { count, errors, p95 } = side;
  return `${showShare(errors, count)} errors, p95 ${showMs(p95)} of ${showNumber(count)}`;
}
