import { html } from 'hono/html';
import type { Variant, VersionSummary } from '../model.ts';
import { isAllowed } from '../tokens/access.ts';
import { causeOf } from './parts/cause.ts';
import type { Html } from './parts/html.ts';
import { variantPath } from './parts/paths.ts';
import { tableOf } from './parts/table.ts';
import { timeOf } from './parts/time.ts';
import type { Page, Visit } from './visit.ts';

interface Listed {
  readonly variant: Variant;
  readonly latest: VersionSummary | undefined;
}

/** All variants that the token may read, by graph. */
export async function graphsPage({ registry: { store }, token, now }: Visit): Promise<Page> {
  const variants = (await store.listVariants()).filter(({ ref }) => isAllowed(token, 'read', ref));
  const listed = await Promise.all(
    variants.map(async (variant): Promise<Listed> => {
      const { items } = await store.listVersions(variant.ref, { limit: 1 });
      return { variant, latest: items[0] };
    }),
  );
  const graphs = new Map<string, Listed[]>();
  for (const one of listed) {
    const { graph } = one.variant.ref;
    graphs.set(graph, [...(graphs.get(graph) ?? []), one]);
  }
  const body = html`<h1>Graphs</h1>
${graphs.size === 0 && nothing(isAllowed(token, 'read') || token.variants.length > 0)}
${[...graphs].map(([graph, members]) => html`<section><h2>${graph}</h2>${graphTable(graph, members, now)}</section>`)}`;
  return { title: 'Graphs', body };
}

function graphTable(graph: string, members: readonly Listed[], now: number): Html {
  return tableOf({
    caption: `Variants of ${graph}`,
    columns: ['Variant', { title: 'Version', isNumber: true }, 'Last change', 'Message', 'By', 'When'],
    rows: members.map(({ variant: { ref, version, settings }, latest }) => [
      html`<a href="${variantPath(ref)}">${ref.variant}</a>
        ${settings.contract && html`<span class="tag">contract of ${settings.contract.source}</span>`}`,
      version === 0 ? 'none yet' : version,
      latest && causeOf(latest),
      latest?.commit.message,
      latest?.commit.author.name,
      latest && timeOf(latest.commit.at, now),
    ]),
  });
}

function nothing(mayRead: boolean): Html {
  if (!mayRead) return html`<p class="empty">This token may not read any graph. Sign in with another one.</p>`;
  return html`<p class="empty">There is no graph yet that this token may read. The first publish makes one:
  <code class="command">overlock publish reviews --graph shop@production --schema reviews.graphql --url http://reviews/graphql</code></p>`;
}
