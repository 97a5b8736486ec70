import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// What measures memory or milliseconds in its own process, or needs modules that nobody has loaded before.
const alone = [
  'test/flows/chaos.test.ts',
  'test/flows/distinct.test.ts',
  'test/flows/sick-subgraph.test.ts',
  'test/flows/websocket-life.test.ts',
  'test/flows/yoga-lane.test.ts',
  'test/gateway/cache/response/held-bytes.test.ts',
  'test/gateway/execute/allocations.test.ts',
  'test/gateway/operation/read-operation.test.ts',
  'test/gateway/transport/http-graphql.test.ts',
];

const project = (name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  resolve: {
    // graphql 16 has no `exports`: without this Vite loads index.mjs for our sources while packages load index.js, two realms.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    name,
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // Two processors shared by gateways, databases and browsers stall now and then; what fails twice is no stall, and retries are told.
    retry: Number(process.env['OVERLOCK_RETRIES'] ?? 0),
    ...test,
  },
});

/** Where nobody knows yet how long files take, Vitest begins with the large ones; the flows take long, and some are small. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isShort = ({ moduleId, project: { name } }: TestSpecification) =>
      name !== 'alone' && !/\/test\/(?:bench|flows)\//.test(moduleId);
    return (await super.sort(files)).sort((a, b) => Number(isShort(a)) - Number(isShort(b)));
  }
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/test-run.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    experimental: { fsModuleCache: true },
    projects: [
      project('alone', { include: alone }),
      // To load the gateway anew takes longer than most of these files do, so those of one process load it once.
      project('together', { include: ['test/**/*.test.ts'], exclude: alone, isolate: false }),
    ],
  },
});
