import { StopSignal } from './stop-signal.ts';

/** A signal that is aborted when time is up or when `left` is, and that costs nothing any more after `end`. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** Starts a deadline; the reason of the abort is a `TimeoutError` or that of `left`. */
export function startDeadline(timeoutMs: number, left: AbortSignal | undefined): Deadline {
  const signal = new StopSignal(performance.now() + timeoutMs);
  const leave = () => signal.abort(left?.reason);
  const timer = setTimeout(() => {
    signal.abort(new DOMException('The operation took too long.', 'TimeoutError'));
  }, timeoutMs);
  if (left?.aborted === true) leave();
  left?.addEventListener('abort', leave, { once: true });
  return {
    signal,
    end() {
      clearTimeout(timer);
      left?.removeEventListener('abort', leave);
    },
  };
}

/** Whether that is why a signal was aborted, and not that nobody waits. */
export function isTimeUp(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

/** When a signal of a deadline will be aborted, by `performance.now()`; infinite when nobody knows. */
export function deadlineOf(signal: AbortSignal | undefined): number {
  return signal instanceof StopSignal ? signal.deadlineMs : Number.POSITIVE_INFINITY;
}
