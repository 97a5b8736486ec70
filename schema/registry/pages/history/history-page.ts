import { html } from 'hono/html';
import type { VersionSummary } from '../../model.ts';
import { nothingYet } from '../latest.ts';
import { causeOf } from '../parts/cause.ts';
import type { Html } from '../parts/html.ts';
import { variantPath, withQuery } from '../parts/paths.ts';
import { tableOf } from '../parts/table.ts';
import { timeOf } from '../parts/time.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { lastCanary } from './canary-panel.ts';

const versionsOnPage = 50;

/** All versions of a variant, newest first. */
export async function historyPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, variant, query } = visit;
  const from = query('from') === '' ? undefined : query('from');
  const { items, next } = await registry.store.listVersions(ref, { limit: versionsOnPage, from });
  const body = html`<h1>History</h1>
${from === undefined && (await lastCanary(visit))}
${variant.version > 1 && compareForm(visit, { from: Math.max(1, variant.version - 1), to: variant.version })}
${variant.version === 0 ? nothingYet(visit) : versionTable(visit, items)}
${
  (next !== undefined || from !== undefined) &&
  html`<nav class="pager" aria-label="Pages">
  ${from !== undefined && html`<a href="${variantPath(ref, 'history')}">Newest</a>`}
  ${next !== undefined && html`<a rel="next" href="${withQuery(variantPath(ref, 'history'), { from: next })}">Older</a>`}
</nav>`
}`;
  return { title: 'History', section: 'history', body };
}

/** Asks for two versions. */
export function compareForm(
  { ref, variant }: VariantVisit,
  { from, to }: { readonly from: number; readonly to: number },
): Html {
  const field = (name: string, value: number) =>
    html`<input name="${name}" type="number" min="1" max="${variant.version}" value="${value}" required>`;
  return html`<form class="inline" action="${variantPath(ref, 'diff')}">
  <label>Compare version ${field('from', from)}</label> <label>with ${field('to', to)}</label> <button>Compare</button>
</form>`;
}

function versionTable({ ref, now }: VariantVisit, versions: readonly VersionSummary[]): Html {
  return tableOf({
    caption: 'Versions, newest first',
    columns: [{ title: 'Version', isNumber: true }, 'What', 'Message', 'Commit', 'By', 'When'],
    rows: versions.map(({ version, cause, commit }) => [
      html`<a href="${variantPath(ref, 'history', version)}">${version}</a>`,
      causeOf({ ref, cause }),
      commit.message,
      commit.revision !== undefined && html`<code>${commit.revision.slice(0, 12)}</code>`,
      commit.author.name,
      timeOf(commit.at, now),
    ]),
  });
}
