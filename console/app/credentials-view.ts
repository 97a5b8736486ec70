import { keysPart } from './api-keys.ts';
import { h } from './element.ts';
import { head } from './parts.ts';
import { revocationsPart } from './revocations.ts';
import type { CreateView } from './view.ts';

/** What clients prove with who they are: API keys, and credentials that count no more. */
export const credentialsView: CreateView = () => {
  const keys = keysPart();
  const revocations = revocationsPart();
  return {
    title: 'Credentials',
    element: h('div', {}, head('Credentials'), keys.element, revocations.element),
    update: () => {},
    close() {
      keys.close();
      revocations.close();
    },
  };
};
