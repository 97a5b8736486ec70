import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // graphql 16 has no `exports`: without this Vite loads index.mjs for our sources while packages load index.js, two realms.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/test-run.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // Two processors shared by gateways, databases and browsers stall now and then; what fails twice is no stall, and retries are told.
    retry: Number(process.env['OVERLOCK_RETRIES'] ?? 0),
  },
});
