import type { Cancellation } from '../cancellation.ts';

/**
 * Waits.
 * @throws the reason of the cancellation as soon as there is one
 */
export function pauseFor(pauseMs: number, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, pauseMs);
    cancellation.onCancel((reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
