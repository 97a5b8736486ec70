import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { canaryRoutes } from './routes/canary.ts';
import { checkRoutes } from './routes/checks.ts';
import { deliveryRoutes } from './routes/delivery.ts';
import { graphRoutes } from './routes/graphs.ts';
import { healthRoutes } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { subgraphRoutes } from './routes/subgraphs.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { usageRoutes } from './routes/usage.ts';
import { versionRoutes } from './routes/versions.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** All that the registry answers, in the order of its documentation. */
export const allRoutes: readonly Route[] = [
  ...graphRoutes,
  ...subgraphRoutes,
  ...checkRoutes,
  ...versionRoutes,
  ...canaryRoutes,
  ...usageRoutes,
  ...deliveryRoutes,
  ...tokenRoutes,
  ...auditRoutes,
  ...webhookRoutes,
  ...keyRoutes,
  ...healthRoutes,
];
