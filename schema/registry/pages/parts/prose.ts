import { html } from 'hono/html';
import type { Html } from './html.ts';

/** Longer texts are told in the schema itself. */
const lengthMax = 4_000;

/** A description as paragraphs; what is between backticks is code, and all other Markdown stays as it is written. */
export function proseOf(text: string | undefined): Html | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const shown = text.length > lengthMax ? `${text.slice(0, lengthMax)} …` : text;
  const paragraphs = shown.trim().split(/\n[\t ]*\n/);
  return html`<div class="prose" dir="auto">${paragraphs.map((paragraph) => html`<p>${inlineOf(paragraph)}</p>`)}</div>`;
}

/** Text in which what is between backticks is code. */
export function inlineOf(text: string): Html {
  const parts = text.split('`');
  // An odd backtick at the end quotes nothing.
  const isCode = (index: number) => index % 2 === 1 && index < parts.length - 1;
  const stray = (index: number) => (index % 2 === 1 ? '`' : '');
  return html`${parts.map((part, index) => (isCode(index) ? html`<code>${part}</code>` : `${stray(index)}${part}`))}`;
}
