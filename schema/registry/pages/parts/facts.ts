import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Names and values; those without a value are left out. */
export function factsOf(facts: readonly (readonly [string, unknown])[]): Html {
  const known = facts.filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return html`<dl class="facts">${known.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}
