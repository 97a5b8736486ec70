import { html } from 'hono/html';
import type { Outline, OutlineField, OutlineKind } from '../../outline/outline.ts';
import type { Search } from '../../outline/search-outline.ts';
import type { Html } from '../parts/html.ts';
import { variantPath } from '../parts/paths.ts';
import type { Counts } from '../use-counts.ts';
import type { VariantVisit } from '../visit.ts';
import { daysField } from './days.ts';

/** What is looked for, and how that was asked. */
export interface SchemaFilter extends Search {
  /** As it stands in the query. */
  readonly asked: Readonly<Record<'q' | 'subgraph' | 'kind' | 'only' | 'days', string>>;
}

const kinds = ['object', 'interface', 'union', 'enum', 'input', 'scalar'] as const satisfies readonly OutlineKind[];

const onlyChoices = [
  ['deprecated', 'only what is deprecated'],
  ['unused', 'only what nobody uses'],
  ['hidden', 'only what clients do not see'],
] as const;

/** Reads what a query asks for; what it cannot mean does not count. */
export function readFilter({ query }: VariantVisit, { subgraphs }: Outline, counts: Counts): SchemaFilter {
  const asked = {
    q: query('q'),
    subgraph: query('subgraph'),
    kind: query('kind'),
    only: query('only'),
    days: query('days'),
  };
  return {
    asked,
    text: asked.q.trim(),
    subgraph: subgraphs.find((name) => name === asked.subgraph),
    kind: kinds.find((kind) => kind === asked.kind),
    isWanted: wantedBy(asked.only, counts),
  };
}

function wantedBy(only: string, counts: Counts): ((field: OutlineField) => boolean) | undefined {
  switch (only) {
    case 'deprecated':
      return ({ deprecation }) => deprecation !== undefined;
    case 'unused':
      return ({ coordinate, isHidden }) => !isHidden && !counts.has(coordinate);
    case 'hidden':
      return ({ isHidden }) => isHidden;
    default:
      return undefined;
  }
}

/** The form of a search; it works without the script, which sends it while somebody types. */
export function searchForm(visit: VariantVisit, { subgraphs }: Outline, { asked, subgraph, kind }: SchemaFilter): Html {
  return html`<form class="search" role="search" data-live="results" action="${variantPath(visit.ref, 'schema')}">
  <label class="wide">Search types, fields, arguments and descriptions
    <input name="q" type="search" value="${asked.q}" placeholder="such as Product.price" maxlength="200" autocomplete="off" spellcheck="false">
  </label>
  <label>Subgraph ${choice(
    'subgraph',
    subgraphs.map((name) => [name, name]),
    subgraph,
  )}</label>
  <label>Kind ${choice(
    'kind',
    kinds.map((name) => [name, name]),
    kind,
  )}</label>
  <label>Show ${choice('only', onlyChoices, asked.only)}</label>
  ${daysField(visit)}
  <button>Search</button>
  <p class="status" role="status" aria-live="polite"></p>
</form>`;
}

function choice(
  name: string,
  options: readonly (readonly [value: string, title: string])[],
  chosen: string | undefined,
): Html {
  return html`<select name="${name}"><option value="">all</option>${options.map(
    ([value, title]) => html`<option value="${value}"${value === chosen && html` selected`}>${title}</option>`,
  )}</select>`;
}
