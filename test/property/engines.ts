import { createCompiledEngine } from '../../gateway/execute/compiled-engine.ts';
import { createStitchedEngine } from '../../gateway/stitch/stitched-engine.ts';
import type { Case } from './case.ts';
import type { EngineFactory } from './run-case.ts';
import { withinStitchedLimits } from './stitched-limits.ts';

/** An engine to be judged. */
export interface Candidate {
  readonly create: EngineFactory;
  /** The part of a case that it should be right about. */
  readonly choose: (one: Case) => Case;
}

/** The engines by the names that `npm run fuzz -- --engine` takes. */
export const engines: Readonly<Record<string, Candidate>> = {
  compiled: { create: createCompiledEngine, choose: (one) => one },
  stitched: { create: createStitchedEngine, choose: withinStitchedLimits },
};
