import { html } from 'hono/html';
import type { Page } from './visit.ts';

interface SignInState {
  /** The path to go on to. */
  readonly next: string;
  /** Why a token was not taken, as a sentence. */
  readonly problem?: string | undefined;
}

/** Asks for a token. */
export function signInPage({ next, problem }: SignInState): Page {
  const describedBy = problem === undefined ? 'token-hint' : 'token-problem token-hint';
  const body = html`<form class="sign-in" method="post" action="/sign-in">
  <h1>Sign in</h1>
  ${problem !== undefined && html`<p class="problem" id="token-problem" role="alert">${problem}</p>`}
  <input name="username" autocomplete="username" value="registry token" hidden>
  <input type="hidden" name="next" value="${next}">
  <label for="token">Token</label>
  <input id="token" name="token" type="password" required autofocus autocomplete="current-password" spellcheck="false"
    aria-describedby="${describedBy}"${problem !== undefined && html` aria-invalid="true"`}>
  <p class="hint" id="token-hint">Any token of this registry. You see what it may read. An admin makes one with
    <code>overlock tokens create</code>.</p>
  <button class="primary">Sign in</button>
</form>`;
  return { title: 'Sign in', body };
}
