import type { Stage, StageTimes } from './stage-times.ts';
import type { Telemetry } from './telemetry.ts';
import { thrownNothing } from './thrown-nothing.ts';

/** Runs a stage and notes its times; what it gives at once is given at once. */
export const withStage: Telemetry['withStage'] = (stage, run, times) => {
  const startMs = performance.now();
  let done: ReturnType<typeof run>;
  try {
    done = run();
  } catch (error) {
    times?.add(stage, startMs, performance.now(), error ?? thrownNothing());
    throw error;
  }
  // Most have done all at once: then nothing is made for them.
  if (done instanceof Promise) noteEnd(done, stage, startMs, times);
  else times?.add(stage, startMs, performance.now(), undefined);
  return done;
};

function noteEnd(work: Promise<unknown>, stage: Stage, startMs: number, times: StageTimes | undefined): void {
  work.then(
    () => times?.add(stage, startMs, performance.now(), undefined),
    (error) => times?.add(stage, startMs, performance.now(), error ?? thrownNothing()),
  );
}
