import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import type { GraphRef } from '../../../feed/graph-ref.ts';
import { toShownUrl } from '../../../supergraph/to-shown-url.ts';
import { listSubgraphs, type SubgraphSummary } from '../../list-subgraphs.ts';
import type { VariantSettings } from '../../model.ts';
import { runningCanary } from '../history/canary-panel.ts';
import { nothingYet, readLatest } from '../latest.ts';
import { causeOf, versionLink } from '../parts/cause.ts';
import { factsOf } from '../parts/facts.ts';
import type { Html } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import { tableOf } from '../parts/table.ts';
import { timeOf } from '../parts/time.ts';
import type { Page, VariantVisit } from '../visit.ts';

/** A variant: what it is made of, and what is settled for it. */
export async function subgraphsPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, variant, now } = visit;
  const latest = await readLatest(visit);
  const subgraphs = latest === undefined ? [] : await listSubgraphs(registry.store, ref);
  const body = html`<h1>Subgraphs</h1>
${factsOf([
  ['Latest', latest && html`${versionLink(ref, latest.version)}: ${causeOf(latest)} ${timeOf(latest.commit.at, now)}`],
  ...settingsFacts(variant.settings),
])}
${await runningCanary(visit)}
${latest === undefined ? nothingYet(visit) : subgraphTable(visit, subgraphs)}`;
  return { title: 'Subgraphs', section: 'subgraphs', body };
}

function settingsFacts({ approvals, refuseBreaking, usageDays, contract }: VariantSettings): [string, unknown][] {
  return [
    ['Breaking changes', refuseBreaking ? 'refused when clients would break' : 'published all the same'],
    ['Approvals', approvals > 0 && `${approvals} for each breaking change`],
    ['Usage counts for', countOf(usageDays, 'day')],
    ['Includes', contract && contract.include.length > 0 && tagList(contract.include)],
    ['Leaves out', contract && contract.exclude.length > 0 && tagList(contract.exclude)],
  ];
}

function tagList(tags: readonly string[]): Html {
  return html`${tags.map((tag) => html`<code>@tag(name: "${tag}")</code> `)}`;
}

function changeLink({ ref, version }: NonNullable<SubgraphSummary['lastChange']>, here: GraphRef): Html {
  const place = ref.variant === here.variant ? version : `${version} of ${ref.variant}`;
  return html`<a href="${variantPath(ref, 'history', version)}">${place}</a>`;
}

function subgraphTable({ ref, now }: VariantVisit, subgraphs: readonly SubgraphSummary[]): Html {
  return tableOf({
    caption: countOf(subgraphs.length, 'subgraph'),
    columns: ['Subgraph', 'Team', 'Kind', 'URL', { title: 'Version', isNumber: true }, 'Last change', 'By'],
    rows: subgraphs.map(({ name, team, kind, url, lastChange }) => [
      html`<a href="${variantPath(ref, 'subgraphs', name)}">${name}</a>`,
      team ?? html`<span class="muted">nobody's</span>`,
      kind,
      html`<code class="url">${toShownUrl(url)}</code>`,
      lastChange && changeLink(lastChange, ref),
      lastChange && timeOf(lastChange.at, now),
      lastChange?.author.name,
    ]),
  });
}
