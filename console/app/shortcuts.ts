import { show } from './dialogs.ts';
import { h } from './element.ts';
import { widenWindow } from './parts.ts';

/** A key that does something wherever it is pressed, but in a field. */
interface Shortcut {
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}

const always: readonly Shortcut[] = [
  {
    key: '/',
    does: 'Find an operation',
    run: () => {
      location.hash = '#/operations';
      // Once the view is there.
      setTimeout(() => document.querySelector<HTMLElement>('input[type=search]')?.focus());
    },
  },
  { key: 'w', does: 'Look further back, and from an hour to a minute', run: widenWindow },
  { key: '?', does: 'Show these keys', run: showShortcuts },
];
const ways = [
  ['↑ ↓', 'From one row of a long list to the next'],
  ['Enter', 'Open what is chosen'],
  ['Esc', 'Close what is asked'],
] as const;

let views: readonly Shortcut[] = [];

/** Has digits open views, in their order, and other keys do what `?` tells. */
export function listenForShortcuts(titles: readonly (readonly [path: string, title: string])[]): void {
  views = titles.slice(0, 10).map(([path, title], index) => ({
    key: String((index + 1) % 10),
    does: title,
    run: () => {
      location.hash = `#/${path}`;
    },
  }));
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event.target)) return;
    const shortcut = [...views, ...always].find(({ key }) => key === event.key);
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run();
  });
}

/** Shows which keys there are. */
export function showShortcuts(): void {
  const rows = [...[...views, ...always].map(({ key, does }) => [key, does] as const), ...ways];
  const listed = rows.flatMap(([keys, does]) => {
    const parts = keys.split(' ').flatMap((key, index) => [index === 0 ? '' : ' ', h('kbd', {}, key)]);
    return [h('dt', {}, ...parts), h('dd', {}, does)];
  });
  void show('Keys', h('dl', { class: 'shortcuts' }, ...listed));
}

/** Where keys mean letters, or something is asked. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], .sign-in') !== null) return true;
  return target instanceof Element && target.matches('input:not([type=radio]), select, textarea');
}
