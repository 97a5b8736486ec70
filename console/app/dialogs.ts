import { h } from './element.ts';

/** Asks before something is changed; resolves with the reason that was given, or with `undefined` when it is not to be. */
export function confirmed(question: string, consequence: string): Promise<string | undefined> {
  const reason = h('input', { id: 'reason', maxlength: 1000, autocomplete: 'off' });
  const cancel = h('button', { type: 'button' }, 'Cancel');
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: 'question' }, question),
    h('p', {}, consequence),
    h('p', {}, h('label', { for: 'reason' }, 'Why (optional)'), h('br'), reason),
    h('div', { class: 'actions' }, h('button', { class: 'primary', value: 'yes' }, 'Do it'), cancel),
  );
  const dialog = h('dialog', { 'aria-labelledby': 'question' }, form);
  cancel.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? reason.value.trim() : undefined);
    });
  });
}

/** Does something, and says below the heading what became of it. */
export async function tell(done: string, run: () => Promise<void>): Promise<void> {
  document.querySelector('.told[role=status]')?.remove();
  const told = h('p', { class: 'told', role: 'status' });
  document.querySelector('main .head')?.after(told);
  try {
    await run();
    told.textContent = done;
  } catch (error) {
    told.classList.add('bad');
    told.textContent = error instanceof Error ? error.message : String(error);
  }
}
