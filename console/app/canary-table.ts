import type { LiveCanary } from '../live.ts';
import { admin } from './admin.ts';
import { confirmed, tell } from './dialogs.ts';
import type { Feed } from './feed.ts';
import { Table } from './table.ts';

const tones = { running: 'warn', promoted: 'good', rolledBack: 'bad' } as const;
const names: Readonly<Record<string, string>> = { idle: 'not started', rolledBack: 'rolled back' };

/** Canaries of subgraphs, with what an operator may do of each. */
export function canaryTable(feed: Feed): Table<LiveCanary> {
  const command = async ({ subgraph }: LiveCanary, what: string) => {
    const reason = await confirmed(`${what} the canary of ${subgraph}?`, 'All gateways that share the store do so.');
    if (reason === undefined) return;
    await tell(`The canary of ${subgraph}: ${what}.`, async () => {
      const path = `/control/canaries/${encodeURIComponent(subgraph)}/${what.toLowerCase()}`;
      await admin.send('POST', path, { by: 'console', ...(reason !== '' && { reason }) });
      await feed.refresh();
    });
  };
  const action = (title: string, isOffered: (canary: LiveCanary) => boolean) => ({
    title: (canary: LiveCanary) => (isOffered(canary) ? title : undefined),
    run: (canary: LiveCanary) => void command(canary, title),
  });
  return new Table<LiveCanary>({
    caption: 'Shares of calls that go to a new version',
    empty: 'No canary is configured. Set traffic.subgraphs.<name>.canary.',
    keyOf: ({ subgraph }) => subgraph,
    columns: [
      { title: 'Subgraph', cell: ({ subgraph }) => subgraph },
      { title: 'Canary', cell: ({ group, baseline }) => `${group} instead of ${baseline}` },
      { title: 'State', cell: ({ state }) => ({ text: names[state] ?? state, tone: toneOf(state) }) },
      { title: 'Share of calls', cell: ({ percent }) => ({ text: `${percent}%`, share: percent / 100 }) },
      { title: 'Why', cell: ({ reason }) => (typeof reason === 'string' ? reason : '–') },
    ],
    actions: [
      action('Start', ({ state }) => state !== 'running'),
      action('Promote', ({ state }) => state === 'running'),
      action('Abort', ({ state }) => state === 'running' || state === 'promoted'),
    ],
  });
}

function toneOf(state: string): 'good' | 'warn' | 'bad' | undefined {
  return state in tones ? tones[state as keyof typeof tones] : undefined;
}
