import { html } from 'hono/html';
import type { Html } from './html.ts';

/** More than that nobody reads in a page. */
const linesMost = 5_000;
const lineMaxLength = 2_000;

/** SDL with the numbers of its lines, as a region that can be scrolled by keyboard. */
export function sourceOf(sdl: string, label: string): Html {
  const lines = sdl.replace(/\r?\n$/, '').split(/\r?\n/, linesMost + 1);
  const shown = lines.slice(0, linesMost).map((line) => line.slice(0, lineMaxLength));
  return html`<pre class="source numbered" tabindex="0" role="region" aria-label="${label}"><code>${paint(shown)}</code></pre>
${lines.length > linesMost && html`<p class="hint">These are the first ${linesMost} lines.</p>`}`;
}

/** What stands out in a line of SDL: a comment, text, a directive, a word of the language unless it names a field. */
const token =
  /(?<comment>#.*)|(?<text>"""|"[^"]*"?)|(?<directive>@\w+)|\b(?<word>type|input|enum|interface|union|scalar|directive|schema|extend|implements|repeatable)\b/g;

function paint(lines: readonly string[]): readonly Html[] {
  let isInText = false;
  return lines.map((line) => {
    const quotes = line.split('"""').length - 1;
    const isText = isInText || quotes > 0;
    if (quotes % 2 === 1) isInText = !isInText;
    return html`<span>${isText ? html`<i class="text">${line}</i>` : paintLine(line)}</span>\n`;
  });
}

function paintLine(line: string): Html {
  const pieces: unknown[] = [];
  let end = 0;
  for (const { index, 0: found, groups = {} } of line.matchAll(token)) {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    const next = line.slice(index + found.length).trimStart()[0];
    if (kind === 'word' && (next === ':' || next === '(')) continue;
    pieces.push(line.slice(end, index), html`<i class="${kind}">${found}</i>`);
    end = index + found.length;
  }
  return html`${pieces}${line.slice(end)}`;
}
