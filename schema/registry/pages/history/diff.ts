import { html } from 'hono/html';
import type { Change, ChangeLevel } from '../../../checks/change.ts';
import { countOf } from '../../../checks/numbers.ts';
import { toShownUrl } from '../../../supergraph/to-shown-url.ts';
import { describeMove } from '../../describe-move.ts';
import type { VersionDiff } from '../../diff-versions.ts';
import type { Html } from '../parts/html.ts';
import { tableOf } from '../parts/table.ts';
import { coordinatePath } from '../schema/links.ts';
import type { VariantVisit } from '../visit.ts';
import { textDiff } from './text-diff.ts';

const levels = [
  ['breaking', 'bad'],
  ['dangerous', 'warn'],
  ['safe', 'good'],
] as const satisfies readonly (readonly [ChangeLevel, string])[];

/** The first composition of a large graph adds tens of thousands of things. */
const mostChanges = 300;

/** Subgraphs whose texts are compared, and those that are unfolded at first. */
const mostCompared = 20;
const mostOpen = 5;

/** What is different between two versions: for clients, and in the subgraphs. */
export async function diffOf(visit: VariantVisit, { changes, subgraphs }: VersionDiff): Promise<Html> {
  const compared = await Promise.all(
    subgraphs.slice(0, mostCompared).map((subgraph, index) => subgraphDiff(visit, subgraph, index < mostOpen)),
  );
  const others = subgraphs.slice(mostCompared);
  return html`<h2>What clients see</h2>
${changes.length === 0 && html`<p class="empty">Clients see no difference.</p>`}
${levels.map(([level, color]) => {
  const some = changes.filter((change) => change.level === level);
  return some.length > 0 && changeTable(visit, some, html`<span class="tag ${color}">${level}</span>`);
})}
<h2>Subgraphs</h2>
${subgraphs.length === 0 && html`<p class="empty">All subgraphs are the same.</p>`}
${compared}
${others.length > 0 && html`<p class="hint">And in ${others.map(({ name }) => name).join(', ')}.</p>`}`;
}

function changeTable({ ref }: VariantVisit, changes: readonly Change[], level: Html): Html {
  const rest = changes.length - mostChanges;
  return html`${tableOf({
    caption: html`${level} ${countOf(changes.length, 'change')}`,
    columns: ['Where', 'Change'],
    rows: changes.slice(0, mostChanges).map(({ coordinate, message }) => [placeOf(ref, coordinate), message]),
  })}
${rest > 0 && html`<p class="hint">And ${countOf(rest, 'more', 'more')}.</p>`}`;
}

/** Where in the schema; what is a directive or gone has no page. */
function placeOf(ref: VariantVisit['ref'], coordinate: string): Html {
  const code = html`<code>${coordinate}</code>`;
  return coordinate.startsWith('@') ? code : html`<a href="${coordinatePath(ref, coordinate)}">${code}</a>`;
}

async function subgraphDiff(
  { registry }: VariantVisit,
  { name, before, after }: VersionDiff['subgraphs'][number],
  isOpen: boolean,
): Promise<Html> {
  const texts = { name, before: before?.sdl ?? '', after: after?.sdl ?? '' };
  return html`<details${isOpen && html` open`}>
  <summary><strong>${name}</strong> ${describe(before, after)}</summary>
  ${texts.before !== texts.after && (await textDiff(registry.workshop, texts))}
</details>`;
}

type Side = VersionDiff['subgraphs'][number]['before'];

/** What changed beside the schema. */
function describe(before: Side, after: Side): string {
  if (before === undefined) return after === undefined ? '' : `was added, at ${toShownUrl(after.url)}`;
  if (after === undefined) return 'was taken out';
  const parts = [
    before.url !== after.url && describeMove(before.url, after.url),
    before.kind !== after.kind && `was ${before.kind} and is ${after.kind} now`,
    JSON.stringify(lookupsOf(before)) !== JSON.stringify(lookupsOf(after)) && 'loads its entities in another way',
    concurrencyOf(before) !== concurrencyOf(after) &&
      `takes ${concurrencyOf(after) ?? 'any number of'} calls at a time now`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function lookupsOf(subgraph: NonNullable<Side>) {
  return subgraph.kind === 'graphql' ? subgraph.entities : undefined;
}

function concurrencyOf(subgraph: NonNullable<Side>) {
  return subgraph.kind === 'rest' ? subgraph.maxConcurrency : undefined;
}
