import { html } from 'hono/html';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import type { Outline } from '../../outline/outline.ts';
import { type Match, searchOutline } from '../../outline/search-outline.ts';
import { nothingYet, readLatest } from '../latest.ts';
import type { Html } from '../parts/html.ts';
import { pagerOf, sliceOf } from '../parts/pager.ts';
import { variantPath, withQuery } from '../parts/paths.ts';
import { tableOf } from '../parts/table.ts';
import type { Counts } from '../use-counts.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { daysOf } from './days.ts';
import { coordinatePath, subgraphLinks, typeLink } from './links.ts';
import { deprecationNote } from './notes.ts';
import { readFilter, type SchemaFilter, searchForm } from './search-form.ts';

const matchesOnPage = 100;

/** The schema: its types, or what a search finds in it. */
export async function schemaPage(visit: VariantVisit): Promise<Page> {
  const latest = await readLatest(visit);
  if (latest === undefined) {
    return { title: 'Schema', section: 'schema', body: html`<h1>Schema</h1>${nothingYet(visit)}` };
  }
  const { ref, query, useCounts } = visit;
  const outline = await visit.outlines.read(latest);
  const counts = await useCounts.read(ref, daysOf(visit));
  const filter = readFilter(visit, outline, counts);
  const body = html`<h1>Schema</h1>
${searchForm(visit, outline, filter)}
${results(visit, { outline, counts, filter, page: query('page') })}`;
  return { title: 'Schema', section: 'schema', body };
}

interface Found {
  readonly outline: Outline;
  readonly counts: Counts;
  readonly filter: SchemaFilter;
  readonly page: string;
}

function results(visit: VariantVisit, { outline, counts, filter, page }: Found): Html {
  const { ref } = visit;
  const all = searchOutline(outline, filter);
  const slice = sliceOf(all, page, matchesOnPage);
  const told = toldOf(all, filter);
  return html`<div id="results" data-status="${told}">
${tableOf({
  caption: told,
  columns: ['Name', 'Type', 'Subgraphs', { title: `Uses, ${countOf(daysOf(visit), 'day')}`, isNumber: true }],
  rows: slice.items.map((match) => toRow(visit, match, counts)),
  empty: 'Nothing has all of these words. Try fewer, or a part of a name.',
})}
${pagerOf(slice, (number) => withQuery(variantPath(ref, 'schema'), { ...filter.asked, page: number }))}
</div>`;
}

function toldOf(matches: readonly Match[], { text, isWanted }: SchemaFilter): string {
  const isList = text === '' && isWanted === undefined;
  return isList ? countOf(matches.length, 'type') : `${countOf(matches.length, 'match', 'matches')} found`;
}

function toRow({ ref, now }: VariantVisit, match: Match, counts: Counts): readonly unknown[] {
  const { coordinate, type, field, argument } = match;
  const found = argument ?? field;
  const name = html`<a href="${coordinatePath(ref, coordinate)}"><code>${coordinate}</code></a>
${type.isRoot && found === undefined && html`<span class="tag">root</span>`}
${deprecationNote(found?.deprecation, now)}
${summaryOf((found ?? type).description)}`;
  const uses = counts.get(coordinate);
  return [
    name,
    found === undefined
      ? html`<span class="whole">${describeKind(match)}</span>`
      : found.type !== ''
        ? typeLink(ref, found)
        : 'value',
    subgraphLinks(ref, field === undefined ? type.subgraphs : field.sources.map(({ subgraph }) => subgraph)),
    uses === undefined ? found !== undefined && html`<span class="muted">0</span>` : formatNumber(uses),
  ];
}

function describeKind({ type: { kind, fields, members } }: Match): string {
  if (kind === 'union') return `union of ${countOf(members.length, 'type')}`;
  if (kind === 'enum') return `enum of ${countOf(fields.length, 'value')}`;
  return fields.length === 0 ? kind : `${kind}, ${countOf(fields.length, 'field')}`;
}

/** The first line of a description. */
function summaryOf(description: string | undefined): Html | undefined {
  const line = description?.trim().split('\n', 1)[0];
  if (line === undefined || line === '') return undefined;
  return html`<span class="summary" dir="auto">${line.length > 160 ? `${line.slice(0, 160)} …` : line}</span>`;
}
