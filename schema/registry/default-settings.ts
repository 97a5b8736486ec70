import type { VariantSettings } from './model.ts';

/** What counts for a variant of which nobody has settled anything. */
export const defaultSettings: VariantSettings = {
  approvals: 0,
  refuseBreaking: true,
  usageDays: 30,
  checks: {
    usesMin: 1,
    shareMin: 0,
    unknownUsage: 'fail',
    ignoredClients: [],
    plannedOperations: 10_000,
    planningMs: 6_000,
    planLimits: {},
    lint: {},
  },
  // 3 standard deviations: a verdict in seven hundred would be wrong, and the margins make it far fewer.
  canary: {
    requestsLeast: 10,
    errorMargin: 0.01,
    slowRatio: 1.5,
    slowMarginMs: 20,
    durationsLeast: 50,
    certainty: 3,
  },
  contract: undefined,
};
