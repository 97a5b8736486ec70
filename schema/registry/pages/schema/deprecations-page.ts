import { html } from 'hono/html';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import { type DeprecatedUse, listDeprecatedUses } from '../../usage/list-deprecated-uses.ts';
import { nothingYet, readLatest } from '../latest.ts';
import { clientList } from '../parts/client-list.ts';
import type { Html } from '../parts/html.ts';
import { pagerOf, sliceOf } from '../parts/pager.ts';
import { variantPath, withQuery } from '../parts/paths.ts';
import { inlineOf } from '../parts/prose.ts';
import { tableOf } from '../parts/table.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { daysField, daysOf, sinceOf } from './days.ts';
import { coordinatePath } from './links.ts';
import { sunsetTag } from './notes.ts';

const deprecationsOnPage = 100;

/** What clients should stop using, and who has not yet. */
export async function deprecationsPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref } = visit;
  const isPublished = (await readLatest(visit)) !== undefined;
  const body = html`<h1>Deprecations</h1>
${isPublished ? list(visit, await listDeprecatedUses(registry, ref, sinceOf(visit))) : nothingYet(visit)}`;
  return { title: 'Deprecations', section: 'deprecations', body };
}

function list(visit: VariantVisit, deprecations: readonly DeprecatedUse[]): Html {
  const { ref, now, query } = visit;
  const path = variantPath(ref, 'deprecations');
  const slice = sliceOf(deprecations, query('page'), deprecationsOnPage);
  return html`<form class="inline" action="${path}">${daysField(visit)} <button>Show</button></form>
${tableOf({
  caption: `${countOf(deprecations.length, 'deprecation')}, most used first`,
  columns: ['What', 'Reason', 'Sunset', { title: `Uses, ${countOf(daysOf(visit), 'day')}`, isNumber: true }, 'Clients'],
  rows: slice.items.map(({ coordinate, reason, sunset, count, clients }) => [
    html`<a href="${coordinatePath(ref, coordinate)}"><code>${coordinate}</code></a>`,
    inlineOf(reason),
    sunset !== undefined && sunsetTag(sunset, now),
    count === 0 ? html`<span class="muted">0</span>` : html`<span class="warn">${formatNumber(count)}</span>`,
    clientList(clients),
  ]),
  empty: 'Nothing is deprecated.',
})}
${pagerOf(slice, (page) => withQuery(path, { page, days: query('days') }))}`;
}
