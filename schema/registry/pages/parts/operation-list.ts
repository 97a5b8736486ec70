import { html } from 'hono/html';
import { countOf } from '../../../checks/numbers.ts';
import type { OperationUse } from '../../../checks/usage.ts';
import { type Html, joined } from './html.ts';

const mostShown = 5;

/** An operation by its name, or where it has none by its hash. */
export function operationName({ name, hash }: Pick<OperationUse, 'name' | 'hash'>): Html {
  return html`<span title="${hash}">${name ?? html`<code>${hash.slice(0, 12)}</code>`}</span>`;
}

/** Operations that used something, most uses first. */
export function operationList(operations: readonly OperationUse[]): Html | undefined {
  if (operations.length === 0) return undefined;
  const rest = operations.length - mostShown;
  return html`${joined(operations.slice(0, mostShown).map(operationName), html`<br>`)}${
    rest > 0 && html`<br><span class="muted">and ${countOf(rest, 'more', 'more')}</span>`
  }`;
}
