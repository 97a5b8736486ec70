import { defineConfig } from '@graphql-hive/gateway';
import { requestSharing } from './request-sharing.mjs';

export const gatewayConfig = defineConfig({ ...requestSharing });
