import { html } from 'hono/html';
import type { OutlineDeprecation, OutlineField, OutlineType } from '../../outline/outline.ts';
import type { Html } from '../parts/html.ts';
import { inlineOf } from '../parts/prose.ts';

/** Whether a day has come, by the clock of the registry. */
function isPast(day: string, now: number): boolean {
  return Date.parse(`${day}T00:00:00Z`) <= now;
}

/** Why something should not be used any more, and until when it can be. */
export function deprecationNote(deprecation: OutlineDeprecation | undefined, now: number): Html | undefined {
  if (deprecation === undefined) return undefined;
  const { reason, sunset } = deprecation;
  return html`<p class="note"><span class="tag warn">deprecated</span> ${inlineOf(reason)} ${sunset !== undefined && sunsetTag(sunset, now)}</p>`;
}

/** The day from which on something may be gone. */
export function sunsetTag(sunset: string, now: number): Html {
  const words = isPast(sunset, now) ? 'could be gone since' : 'may be gone from';
  return html`<span class="tag${isPast(sunset, now) && ' bad'}">${words} <time datetime="${sunset}">${sunset}</time></span>`;
}

/** What else is said of something: that clients do not see it, and directives as they are written. */
export function directiveNote({ isHidden, directives }: OutlineType | OutlineField): Html | undefined {
  if (!isHidden && directives.length === 0) return undefined;
  return html`<p class="note">${isHidden && html`<span class="tag">hidden from clients</span> `}${directives.map(
    (directive) => html`<code class="directive">${directive}</code> `,
  )}</p>`;
}
