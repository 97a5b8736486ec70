import { admin } from './admin.ts';
import { tell } from './dialogs.ts';
import { h } from './element.ts';
import { choice, field } from './parts.ts';

const kinds = [
  ['cpu', 'where its time goes (CPU)'],
  ['heap', 'what takes its memory (heap)'],
] as const;

/** Has the gateway watch itself for some seconds, and saves what it found as a file. */
export function profileForm(): HTMLElement {
  const kind = choice(kinds);
  const seconds = h('input', { type: 'number', min: 1, max: 120, value: 10, required: true });
  const button = h('button', { class: 'primary' }, 'Take it');
  const form = h('form', {}, field('See', kind), field('Seconds', seconds), button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const of = kind.value;
    const untilMs = Date.now() + Number(seconds.value) * 1_000;
    const count = () => {
      const left = Math.ceil((untilMs - Date.now()) / 1_000);
      button.textContent = left > 0 ? `${left} s to go` : 'Being written';
    };
    count();
    const timer = setInterval(count, 500);
    button.disabled = true;
    await tell(`The profile is saved as overlock.${of}profile.`, async () => {
      const response = await admin.open(`/control/profiles/${of}?seconds=${seconds.value}`, { method: 'POST' });
      save(await response.blob(), `overlock.${of}profile`);
    });
    clearInterval(timer);
    button.disabled = false;
    button.textContent = 'Take it';
  });
  const hint =
    'Open a .cpuprofile in the Performance panel of a browser or in an editor, a .heapprofile in the Memory panel. With several processes one of them is watched; it is a little slower meanwhile.';
  return h(
    'div',
    { class: 'panel' },
    h('h3', {}, 'Watch the gateway as it runs'),
    form,
    h('p', { class: 'hint' }, hint),
  );
}

function save(blob: Blob, name: string): void {
  const href = URL.createObjectURL(blob);
  h('a', { href, download: name }).click();
  // Once the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
