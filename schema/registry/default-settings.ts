import type { VariantSettings } from './model.ts';

/** What counts for a variant of which nobody has settled anything. */
export const defaultSettings: VariantSettings = {
  approvals: 0,
  refuseBreaking: true,
  usageDays: 30,
  checks: {
    usesMin: 1,
    shareMin: 0,
    ignoredClients: [],
    plannedOperations: 10_000,
    planLimits: {},
    lint: {},
  },
  contract: undefined,
};
