import { html } from 'hono/html';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import type { CoordinateUse } from '../../../checks/usage.ts';
import type { OutlineField, OutlineType } from '../../outline/outline.ts';
import { Refusal } from '../../refusal.ts';
import { readUses } from '../../usage/read-uses.ts';
import { clientName } from '../parts/client-list.ts';
import type { Html } from '../parts/html.ts';
import { operationName } from '../parts/operation-list.ts';
import { variantPath } from '../parts/paths.ts';
import { proseOf } from '../parts/prose.ts';
import { tableOf } from '../parts/table.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { argumentList } from './argument-list.ts';
import { daysField, daysOf, inDays, sinceOf } from './days.ts';
import { typeLink } from './links.ts';
import { deprecationNote, directiveNote } from './notes.ts';
import { readType } from './read-type.ts';

const mostUsers = 100;

/** A field with everything that is known of it: what it takes, who answers it, and who used it. */
export async function fieldPage(visit: VariantVisit): Promise<Page> {
  const { type } = await readType(visit);
  const { ref, now, param, registry, useCounts } = visit;
  const field = type.fields.find(({ name }) => name === param('field'));
  if (field === undefined) {
    throw new Refusal('NOT_FOUND', `The latest version has no ${type.name}.${param('field')}.`);
  }
  const { coordinates } = await readUses(registry.store, ref, sinceOf(visit), [field.coordinate]);
  const counts = await useCounts.read(ref, daysOf(visit));
  const body = html`<p class="kicker"><a href="${variantPath(ref, 'schema', type.name)}"><code>${type.name}</code></a> ${type.kind}</p>
<h1><code>${field.coordinate}</code></h1>
${
  field.type !== '' &&
  html`<p class="field"><code>${field.name}: </code>${typeLink(ref, field)}${
    field.defaultValue !== undefined && html` <code class="muted">= ${field.defaultValue}</code>`
  }</p>`
}
${proseOf(field.description)}
${deprecationNote(field.deprecation, now)}
${directiveNote(field)}
${field.arguments.length > 0 && html`<h2>Arguments</h2>${argumentList({ ref, now, counts }, field)}`}
${sources(visit, type, field)}
<h2>Usage</h2>
<form class="inline" action="${variantPath(ref, 'schema', type.name, field.name)}">${daysField(visit)} <button>Show</button></form>
${usage(coordinates[0], daysOf(visit))}`;
  return { title: field.coordinate, section: 'schema', body };
}

function sources({ ref }: VariantVisit, { kind }: OutlineType, { sources: all }: OutlineField): Html {
  const title = kind === 'enum' || kind === 'input' ? 'Known by' : 'Answered by';
  const more = [
    ['which needs', 'requires'],
    ['which knows already', 'provides'],
    ['by the rollout', 'label'],
  ] as const;
  return html`<h2>${title}</h2>
${all.length === 0 && html`<p>Subgraphs answer it through an interface of its type.</p>`}
<ul class="sources">${all.map(
    (source) =>
      html`<li><a href="${variantPath(ref, 'subgraphs', source.subgraph)}">${source.subgraph}</a>${more.map(
        ([words, part]) => source[part] !== undefined && html`, ${words} <code>${source[part]}</code>`,
      )}</li>`,
  )}</ul>`;
}

function usage(use: CoordinateUse | undefined, days: number): Html {
  if (use === undefined) return html`<p class="empty">Nobody used it ${inDays(days)}.</p>`;
  const { count, clients, operations } = use;
  return html`<p>Used ${countOf(count, 'time')} ${inDays(days)} by ${countOf(clients.length, 'client')} with
  ${countOf(operations.length, 'operation')}.</p>
<div class="side-by-side">
${tableOf({
  caption: 'Clients',
  columns: ['Client', 'Version', { title: 'Uses', isNumber: true }],
  rows: clients
    .slice(0, mostUsers)
    .map(({ name, version, count: uses }) => [clientName(name), version, formatNumber(uses)]),
})}
${tableOf({
  caption: 'Operations',
  columns: ['Operation', { title: 'Uses', isNumber: true }],
  rows: operations.slice(0, mostUsers).map((operation) => [operationName(operation), formatNumber(operation.count)]),
})}
</div>`;
}
