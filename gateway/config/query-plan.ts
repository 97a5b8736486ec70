import { audience } from './audience.ts';

/** Who may see how operations are answered. */
export const queryPlanSection = audience().default(false);
