import { h } from './element.ts';

/** The text of an operation, or of a part of it, line by line. */
export function sourceText(label: string, text = '') {
  const code = h('code');
  const element = h('pre', { class: 'source', tabindex: 0, role: 'region', 'aria-label': label }, code);
  let shown: string | undefined;
  const update = (next: string) => {
    if (next === shown) return;
    shown = next;
    code.replaceChildren(...next.split('\n').map((line) => h('span', {}, line)));
  };
  update(text);
  return { element, update };
}
