import { setMaxListeners } from 'node:events';
import { abortFault } from './subgraph-fault.ts';

/**
 * Ends as `answer` does, or with an error as soon as `signal` is aborted; then `leave` is told, and what becomes of `answer`
 * interests nobody.
 */
export function attend<Answer>(
  subgraph: string,
  answer: Promise<Answer>,
  signal: AbortSignal | undefined,
  leave: (reason: Error) => void,
): Promise<Answer> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      const reason = abortFault(subgraph, signal.reason);
      reject(reason);
      leave(reason);
    };
    // A wide operation has more fetches in flight than the ten listeners from which on Node warns of a leak.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort);
    answer.then(
      (value) => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });
}
