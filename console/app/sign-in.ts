import { admin } from './admin.ts';
import { h } from './element.ts';
import { toSentence } from './to-sentence.ts';

/** Asks for the token of the admin port, and calls `onSignedIn` once one is accepted. */
export function signIn(onSignedIn: () => void): HTMLElement {
  const problem = h('p', { class: 'problem', id: 'token-problem', role: 'alert', hidden: true });
  const token = h('input', {
    id: 'token',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
    spellcheck: 'false',
    'aria-describedby': 'token-problem token-hint',
  });
  const hint = h(
    'p',
    { class: 'hint', id: 'token-hint' },
    'What is set as ',
    h('code', {}, 'admin.token'),
    '. It is kept until this tab is closed, or you sign out.',
  );
  const form = h(
    'form',
    { class: 'sign-in' },
    h('h1', {}, 'Sign in'),
    problem,
    // Where a password is kept, a name is expected beside it.
    h('input', { value: 'operator', autocomplete: 'username', hidden: true }),
    h('label', { for: 'token' }, 'Token'),
    token,
    hint,
    h('button', { class: 'primary' }, 'Sign in'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await admin.signIn(token.value.trim());
      onSignedIn();
    } catch (error) {
      problem.hidden = false;
      problem.textContent = toSentence(error);
      token.select();
    }
  });
  return form;
}
