import { h } from './element.ts';
import { toSentence } from './to-sentence.ts';

interface Question {
  readonly title: string;
  /** What comes of it. */
  readonly consequence: string;
  /** What the button says. */
  readonly doIt: string;
  readonly isDanger?: boolean;
  /** Fields to fill in before. */
  readonly fields?: readonly HTMLElement[];
}

/** Asks before something is changed; resolves with whether it is to be. */
export async function confirmed({ title, consequence, doIt, isDanger, fields = [] }: Question): Promise<boolean> {
  const cancel = h('button', { type: 'button' }, 'Cancel');
  const answer = await ask(
    title,
    h('p', {}, consequence),
    ...fields,
    h('div', { class: 'actions' }, cancel, h('button', { class: isDanger ? 'danger' : 'primary', value: 'yes' }, doIt)),
  );
  return answer === 'yes';
}

/** Shows something until it is closed. */
export async function show(title: string, ...contents: readonly HTMLElement[]): Promise<void> {
  await ask(title, ...contents, h('div', { class: 'actions' }, h('button', { class: 'primary' }, 'Close')));
}

/** Resolves with the value of the button that closed it; empty when it was closed otherwise. */
function ask(title: string, ...contents: readonly HTMLElement[]): Promise<string> {
  const form = h('form', { method: 'dialog' }, h('h2', { id: 'dialog-title' }, title), ...contents);
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }, form);
  for (const button of form.querySelectorAll('button[type=button]:not([data-own])')) {
    button.addEventListener('click', () => dialog.close());
  }
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

/** Does something, and says below the heading what became of it. */
export async function tell(done: string, run: () => Promise<void>): Promise<void> {
  document.querySelector('.told[role=status]')?.remove();
  const told = h('p', { class: 'told', role: 'status' });
  const head = document.querySelector('main .head');
  try {
    await run();
    told.textContent = done;
  } catch (error) {
    told.classList.add('bad');
    told.textContent = toSentence(error);
  }
  // One that has left the view meanwhile need not know.
  if (head?.isConnected) head.after(told);
}
