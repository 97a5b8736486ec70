import type { Terminal } from './terminal.ts';

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once, as it does by default. */
export function untilStopped(terminal: Terminal): Promise<{ readonly kind: 'stopped' }> {
  return new Promise((resolve) => {
    const stops = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
      terminal.onSignal(signal, () => {
        for (const stop of stops) stop();
        resolve({ kind: 'stopped' });
      }),
    );
  });
}
