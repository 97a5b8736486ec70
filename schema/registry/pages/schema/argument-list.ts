import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import type { GraphRef } from '../../../feed/graph-ref.ts';
import type { OutlineField } from '../../outline/outline.ts';
import type { Html } from '../parts/html.ts';
import { proseOf } from '../parts/prose.ts';
import type { Counts } from '../use-counts.ts';
import { typeLink } from './links.ts';
import { deprecationNote, directiveNote } from './notes.ts';

interface ArgumentContext {
  readonly ref: GraphRef;
  readonly now: number;
  readonly counts: Counts;
}

/** The arguments of a field; nothing where it has none. */
export function argumentList({ ref, now, counts }: ArgumentContext, field: OutlineField): Html | undefined {
  if (field.arguments.length === 0) return undefined;
  return html`<ul class="arguments" aria-label="Arguments of ${field.name}">${field.arguments.map((argument) => {
    const uses = counts.get(argument.coordinate) ?? 0;
    return html`<li><code>${argument.name}: </code>${typeLink(ref, argument)}${
      argument.defaultValue !== undefined && html` <code class="muted">= ${argument.defaultValue}</code>`
    }${uses > 0 && html` <span class="muted">${countOf(uses, 'use')}</span>`}
${proseOf(argument.description)}${deprecationNote(argument.deprecation, now)}${directiveNote(argument)}</li>`;
  })}</ul>`;
}
