import { html } from 'hono/html';
import type { ComparedLine } from '../../../checks/compare-lines.ts';
import { nearDifferences } from '../../../checks/near-differences.ts';
import { countOf } from '../../../checks/numbers.ts';
import type { Workshop } from '../../work/task.ts';
import type { Html } from '../parts/html.ts';

/** More than that nobody reads. */
const mostLines = 2_000;
const lengthMax = 2 * 1024 * 1024;

/** Two texts, of something with a name. */
interface Texts {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between two SDLs, with the lines around it. */
export async function textDiff(workshop: Workshop, { name, before, after }: Texts): Promise<Html> {
  if (before.length + after.length > lengthMax) {
    return html`<p class="hint">The texts are too long to be compared here; <code>overlock diff</code> does it.</p>`;
  }
  const lines = nearDifferences(await workshop.lines({ before, after }));
  const rest = lines.length - mostLines;
  return html`<pre class="source" tabindex="0" role="region" aria-label="Changes of the SDL of ${name}"><code>${lines.slice(0, mostLines).map(lineOf)}</code></pre>
${rest > 0 && html`<p class="hint">And ${countOf(rest, 'more line')}.</p>`}`;
}

function lineOf(line: ComparedLine | 'gap'): Html {
  if (line === 'gap') return html`<span class="gap">…</span>\n`;
  switch (line.mark) {
    case '+':
      return html`<ins>${line.text}</ins>\n`;
    case '-':
      return html`<del>${line.text}</del>\n`;
    case ' ':
      return html`<span>${line.text}</span>\n`;
    default:
      return line.mark satisfies never;
  }
}
