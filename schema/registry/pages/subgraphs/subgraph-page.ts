import { html } from 'hono/html';
import { formatNumber } from '../../../checks/numbers.ts';
import type { Subgraph } from '../../../subgraph/subgraph.ts';
import { toShownUrl } from '../../../supergraph/to-shown-url.ts';
import type { OutlineType } from '../../outline/outline.ts';
import { unknownSubgraph } from '../../publish-subgraph.ts';
import { readKnownVersion } from '../../variant.ts';
import { factsOf } from '../parts/facts.ts';
import { type Html, listed } from '../parts/html.ts';
import { pagerOf, type Slice, sliceOf } from '../parts/pager.ts';
import { variantPath, withQuery } from '../parts/paths.ts';
import { sourceOf } from '../parts/source.ts';
import { tableOf } from '../parts/table.ts';
import type { Page, VariantVisit } from '../visit.ts';

const typesOnPage = 50;

/** One subgraph: where it answers, what it knows of, and its SDL. */
export async function subgraphPage(visit: VariantVisit): Promise<Page> {
  const { registry, outlines, ref, param, query } = visit;
  const name = param('name');
  const version = await readKnownVersion(registry.store, ref);
  const subgraph = version.subgraphs.find((one) => one.name === name);
  if (subgraph === undefined) throw unknownSubgraph(ref, name);
  const team = (await registry.store.listOwners(ref.graph)).get(name);
  const outline = await outlines.read(version);
  const types = sliceOf(
    outline.types.filter((type) => type.subgraphs.includes(name)),
    query('page'),
    typesOnPage,
  );
  const path = variantPath(ref, 'subgraphs', name);
  const body = html`<h1>${name}</h1>
${factsOf([
  ['Team', team ?? html`<span class="muted">nobody's</span>`],
  ['Kind', kinds[subgraph.kind]],
  ['URL', html`<code class="url">${toShownUrl(subgraph.url)}</code>`],
  ['Calls at a time', subgraph.kind === 'rest' && formatNumber(subgraph.maxConcurrency)],
  ['See', html`<a href="${withQuery(variantPath(ref, 'picture'), { subgraph: name })}">in the picture</a>`],
])}
${subgraph.kind === 'graphql' && lookups(subgraph)}
<h2>Types</h2>
${typeTable(visit, name, types)}
${pagerOf(types, (page) => withQuery(path, { page }))}
<h2 id="sdl">SDL</h2>
${sourceOf(subgraph.sdl, `SDL of ${name}`)}`;
  return { title: name, section: 'subgraphs', body };
}

const kinds = {
  federation: 'GraphQL with federation',
  graphql: 'GraphQL without federation',
  rest: 'REST',
} as const satisfies Record<Subgraph['kind'], string>;

function lookups({ entities }: Extract<Subgraph, { readonly kind: 'graphql' }>): Html | false {
  const rows = Object.entries(entities).map(([type, { key, field, argument, list }]) => [
    html`<code>${type}</code>`,
    html`<code>${key}</code>`,
    html`<code>${field}(${argument}:)</code>`,
    list ? 'many at once' : 'one by one',
  ]);
  if (rows.length === 0) return false;
  return html`<h2>Entities</h2>
${tableOf({ caption: 'How its entities are loaded', columns: ['Type', 'Key', 'Query field', 'Loads'], rows })}`;
}

function typeTable({ ref }: VariantVisit, name: string, { items }: Slice<OutlineType>): Html {
  return tableOf({
    caption: `Types that ${name} knows of`,
    columns: ['Type', 'Kind', { title: 'Fields answered', isNumber: true }, 'Also in'],
    rows: items.map((type) => [
      html`<a href="${variantPath(ref, 'schema', type.name)}"><code>${type.name}</code></a>`,
      type.kind,
      formatNumber(type.fields.filter(({ sources }) => sources.some(({ subgraph }) => subgraph === name)).length),
      othersOf(type, name),
    ]),
    empty: 'None: it is in the graph without any type of its own.',
  });
}

function othersOf({ subgraphs }: OutlineType, name: string): Html | string {
  const others = subgraphs.filter((one) => one !== name);
  return others.length === 0 ? '' : listed(others, 4);
}
