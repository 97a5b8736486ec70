import { defineConfig } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { requestSharing } from './request-sharing.mjs';

/** The query planner of Hive Router, which is written in Rust. */
export const gatewayConfig = defineConfig({ unifiedGraphHandler, ...requestSharing });
