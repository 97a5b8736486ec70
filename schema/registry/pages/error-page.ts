import { html } from 'hono/html';
import type { Refusal } from '../refusal.ts';
import type { Page } from './visit.ts';

/** Says why there is nothing to see. */
export function errorPage({ status, message }: Refusal): Page {
  const title = titles[status] ?? 'This cannot be shown';
  const body = html`<h1>${title}</h1>
<p>${message}</p>
<p><a href="/">All graphs</a></p>`;
  return { title, body };
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not with this token',
  404: 'Not found',
  500: 'Something went wrong',
  503: 'Not now',
};
