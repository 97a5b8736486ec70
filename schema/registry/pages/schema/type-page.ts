import { html } from 'hono/html';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import type { Outline, OutlineField, OutlineType } from '../../outline/outline.ts';
import { factsOf } from '../parts/facts.ts';
import { type Html, joined, listed } from '../parts/html.ts';
import { pagerOf, sliceOf } from '../parts/pager.ts';
import { variantPath, withQuery } from '../parts/paths.ts';
import { proseOf } from '../parts/prose.ts';
import { tableOf } from '../parts/table.ts';
import type { Counts } from '../use-counts.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { argumentList } from './argument-list.ts';
import { daysField, daysOf } from './days.ts';
import { coordinatePath, subgraphLinks, typeLink } from './links.ts';
import { deprecationNote, directiveNote } from './notes.ts';
import { readType } from './read-type.ts';

const fieldsOnPage = 200;
const mostReferences = 60;

/** A type with all of its fields, who answers them and how often they were used. */
export async function typePage(visit: VariantVisit): Promise<Page> {
  const { outline, type } = await readType(visit);
  const { ref, query } = visit;
  const counts = await visit.useCounts.read(ref, daysOf(visit));
  const fields = sliceOf(type.fields, query('page'), fieldsOnPage);
  const path = variantPath(ref, 'schema', type.name);
  const body = html`<p class="kicker">${type.isRoot ? 'root type' : type.kind}</p>
<h1><code>${type.name}</code></h1>
${proseOf(type.description)}
${directiveNote(type)}
${typeFacts(visit, type, counts)}
${
  type.fields.length > 0 &&
  html`<form class="inline" action="${path}">${daysField(visit)} <button>Show</button></form>
${fieldTable(visit, type, { fields: fields.items, counts })}
${pagerOf(fields, (page) => withQuery(path, { page, days: query('days') }))}`
}
${usedBy(ref, outline, type)}`;
  return { title: type.name, section: 'schema', body };
}

function typeFacts({ ref }: VariantVisit, type: OutlineType, counts: Counts): Html {
  const { interfaces, members, keys, subgraphs, kind } = type;
  const links = (names: readonly string[]) =>
    listed(
      names.map((name) => html`<a href="${variantPath(ref, 'schema', name)}"><code>${name}</code></a>`),
      mostReferences,
    );
  const uses = counts.get(type.coordinate);
  return factsOf([
    ['Subgraphs', subgraphLinks(ref, subgraphs)],
    [
      'Keys',
      keys.length > 0 &&
        joined(
          keys.map((key) => keyOf(key, subgraphs.length)),
          html`<br>`,
        ),
    ],
    ['Implements', interfaces.length > 0 && links(interfaces)],
    [kind === 'union' ? 'Members' : 'Implemented by', members.length > 0 && links(members)],
    ['Uses by name', uses !== undefined && formatNumber(uses)],
  ]);
}

function keyOf({ fields, subgraphs }: OutlineType['keys'][number], all: number): Html {
  const where = subgraphs.length === all ? (all === 1 ? '' : 'everywhere') : `in ${subgraphs.join(', ')}`;
  return html`<code>${fields}</code> <span class="muted">${where}</span>`;
}

/** What leads to a type: fields that answer it, arguments that take it. */
function usedBy(ref: VariantVisit['ref'], { types }: Outline, { name }: OutlineType): Html | undefined {
  const references: string[] = [];
  for (const type of types) {
    for (const field of type.fields) {
      const found = [field, ...field.arguments].filter(({ typeName }) => typeName === name);
      references.push(...found.map(({ coordinate }) => coordinate));
    }
  }
  if (references.length === 0) return undefined;
  const links = references.map(
    (coordinate) => html`<a href="${coordinatePath(ref, coordinate)}"><code>${coordinate}</code></a>`,
  );
  return html`<h2>Where it is used</h2>
<p>${listed(links, mostReferences)}</p>`;
}

interface FieldRows {
  readonly fields: readonly OutlineField[];
  readonly counts: Counts;
}

function fieldTable(visit: VariantVisit, type: OutlineType, { fields, counts }: FieldRows): Html {
  const word = type.kind === 'enum' ? 'value' : type.kind === 'input' ? 'input field' : 'field';
  const { ref } = visit;
  return tableOf({
    id: 'fields',
    caption: countOf(type.fields.length, word),
    columns: [
      `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
      type.kind === 'input' || type.kind === 'enum' ? 'Known by' : 'Answered by',
      { title: `Uses, ${countOf(daysOf(visit), 'day')}`, isNumber: true },
    ],
    rows: fields.map((field) => [
      fieldCell(visit, field, counts),
      field.sources.length === 0
        ? 'through an interface'
        : subgraphLinks(
            ref,
            field.sources.map(({ subgraph }) => subgraph),
          ),
      usesCell(field, counts),
    ]),
  });
}

function fieldCell({ ref, now }: VariantVisit, field: OutlineField, counts: Counts): Html {
  return html`<div class="field"><a href="${coordinatePath(ref, field.coordinate)}"><code>${field.name}</code></a>${
    field.type !== '' && html`<code>: </code>${typeLink(ref, field)}`
  }${field.defaultValue !== undefined && html` <code class="muted">= ${field.defaultValue}</code>`}</div>
${proseOf(field.description)}
${deprecationNote(field.deprecation, now)}
${directiveNote(field)}
${argumentList({ ref, now, counts }, field)}`;
}

/** What is deprecated and used stands out: that is what somebody has to do something about. */
function usesCell({ coordinate, deprecation }: OutlineField, counts: Counts): Html | string {
  const count = counts.get(coordinate) ?? 0;
  if (count === 0) return html`<span class="muted">0</span>`;
  return deprecation === undefined ? formatNumber(count) : html`<span class="warn">${formatNumber(count)}</span>`;
}
