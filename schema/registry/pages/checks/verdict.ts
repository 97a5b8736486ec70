import { html } from 'hono/html';
import type { Html } from '../parts/html.ts';

/** Passed or failed, told by word and by color. */
export function verdictTag(verdict: 'passed' | 'failed' | 'pass' | 'fail'): Html {
  const isGood = verdict === 'passed' || verdict === 'pass';
  return html`<span class="tag ${isGood ? 'good' : 'bad'}">${isGood ? 'passed' : 'failed'}</span>`;
}
