import { html } from 'hono/html';
import { countOf, formatNumber } from '../../../checks/numbers.ts';
import type { ClientUse } from '../../../checks/usage.ts';
import { type Html, joined } from './html.ts';

const mostShown = 5;

/** Who used something, most uses first. */
export function clientList(clients: readonly ClientUse[]): Html | undefined {
  if (clients.length === 0) return undefined;
  const shown = clients
    .slice(0, mostShown)
    .map(
      ({ name, version, count }) =>
        html`<span class="client">${clientName(name)} ${version}</span> <span class="muted">${formatNumber(count)}</span>`,
    );
  const rest = clients.length - mostShown;
  return html`${joined(shown, html`<br>`)}${rest > 0 && html`<br><span class="muted">and ${countOf(rest, 'more', 'more')}</span>`}`;
}

/** A client by its name, if it told one. */
export function clientName(name: string): string {
  return name === '' ? 'unnamed' : name;
}
