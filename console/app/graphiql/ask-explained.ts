import type { Explained } from '../../explained.ts';
import { type Draft, toRequest } from './draft.ts';

/** What the gateway says of a draft. */
export type Told =
  | { readonly kind: 'explained'; readonly explained: Explained }
  /** It says nothing of it; `isFinal` when it will not do so of other drafts with these headers either. */
  | { readonly kind: 'silent'; readonly reason: string; readonly isFinal?: boolean };

interface Refused {
  readonly errors?: readonly { readonly message?: string }[];
}

/** Asks how a draft would be answered to who its headers name; nothing of it runs. Rejects only when `signal` is aborted. */
export async function askExplained(path: string, draft: Draft, signal: AbortSignal): Promise<Told> {
  try {
    const { body, headers } = toRequest(draft);
    const response = await fetch(path, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body,
      signal,
    });
    const answer: unknown = await response.json();
    if (response.ok) return { kind: 'explained', explained: answer as Explained };
    const messages = ((answer as Refused).errors ?? []).flatMap(({ message }) => message ?? []);
    const reason = messages.join(' ') || `The gateway answered with status ${response.status}.`;
    return { kind: 'silent', reason, isFinal: response.status === 403 || response.status === 404 };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof TypeError) return { kind: 'silent', reason: 'The gateway cannot be reached.' };
    return { kind: 'silent', reason: error instanceof Error ? error.message : String(error) };
  }
}
