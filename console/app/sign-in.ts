import { admin } from './admin.ts';
import { h } from './element.ts';

/** Asks for the token of the admin port, and calls `onToken` once one is accepted. */
export function signIn(onToken: () => void): HTMLElement {
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
    '. It is kept until this tab is closed.',
  );
  const form = h(
    'form',
    { class: 'sign-in' },
    h('h1', {}, 'Sign in'),
    problem,
    h('label', { for: 'token' }, 'Token'),
    token,
    hint,
    h('button', { class: 'primary' }, 'Sign in'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    admin.setToken(token.value.trim());
    try {
      await admin.open('/control/state');
      onToken();
    } catch (error) {
      admin.setToken(undefined);
      problem.hidden = false;
      problem.textContent = error instanceof Error ? error.message : String(error);
      token.select();
    }
  });
  return form;
}
