import { admin } from './admin.ts';
import { confirmed, tell } from './dialogs.ts';
import { h } from './element.ts';
import { choice, field, textInput } from './parts.ts';

const kinds = [
  ['tags', 'Tag'],
  ['types', 'Type'],
  ['entities', 'Entity'],
  ['subgraphs', 'Subgraph'],
  ['all', 'Everything'],
] as const;

/** Takes away what is stored of answers, by what it shows or where it came from. */
export function purgeForm(refresh: () => Promise<void>): HTMLElement {
  const kind = choice(kinds);
  const name = textInput();
  const named = field('Name', name, true);
  const form = h('form', {}, field('What', kind), named, h('button', { class: 'danger' }, 'Forget it'));
  kind.addEventListener('change', () => {
    named.hidden = kind.value === 'all';
    name.required = kind.value !== 'all';
    name.placeholder = kind.value === 'entities' ? 'Product:upc=1' : '';
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const wanted = kind.value === 'all' ? 'all answers' : name.value.trim();
    const isToBe = await confirmed({
      title: `Forget what is stored of ${wanted}?`,
      consequence: 'It is fetched anew when it is asked for next, by all gateways that share the store.',
      doIt: 'Forget it',
      isDanger: true,
    });
    if (!isToBe) return;
    await tell(`What was stored of ${wanted} is forgotten.`, async () => {
      await admin.send('POST', '/control/cache/purge', toPurge(kind.value, name.value.trim()));
      await refresh();
    });
  });
  return h('div', { class: 'panel' }, h('h3', {}, 'Take away what is no longer true'), form);
}

function toPurge(kind: string, name: string): unknown {
  if (kind === 'all') return { all: true };
  return { [kind]: [kind === 'entities' ? toEntity(name) : name] };
}

/** `Product:upc=1`, or `Product:{"upc":"1"}` for keys that are not one text. */
function toEntity(text: string): unknown {
  const [, type, key = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
  const [name = '', ...value] = key.split('=');
  try {
    if (type !== undefined && key.startsWith('{')) return { type, key: JSON.parse(key) };
    if (type !== undefined && value.length > 0) return { type, key: { [name]: value.join('=') } };
  } catch {}
  throw new Error('An entity is named such as Product:upc=1, or Product:{"upc":"1"}.');
}
