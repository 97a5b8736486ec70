import type { Stage, Telemetry } from './telemetry.ts';
import { thrownNothing } from './thrown-nothing.ts';
import type { RequestTrace } from './traces/span.ts';

/** Makes what runs stages so that traces show them, and `onEnded` is told how long each took; what a stage gives at once is given at once. */
export function createWithStage(
  onEnded: (stage: Stage, durationMs: number) => void = () => {},
): Telemetry['withStage'] {
  const end = (stage: Stage, startMs: number, trace: RequestTrace | undefined, error?: unknown) => {
    const endMs = performance.now();
    onEnded(stage, endMs - startMs);
    trace?.addStage(stage, startMs, endMs, error);
  };
  const endAfter = (work: Promise<unknown>, stage: Stage, startMs: number, trace: RequestTrace | undefined) => {
    work.then(
      () => end(stage, startMs, trace),
      (error) => end(stage, startMs, trace, error ?? thrownNothing()),
    );
  };
  return (stage, run, trace) => {
    const startMs = performance.now();
    let done: ReturnType<typeof run>;
    try {
      done = run();
    } catch (error) {
      end(stage, startMs, trace, error ?? thrownNothing());
      throw error;
    }
    // Most have done all at once: then nothing is made for them.
    if (done instanceof Promise) endAfter(done, stage, startMs, trace);
    else end(stage, startMs, trace);
    return done;
  };
}
