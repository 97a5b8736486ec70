import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { createCompiledEngine } from '../../../gateway/execute/compiled-engine.ts';
import { withText } from '../../../gateway/transport/result-text.ts';
import { compose } from '../../../schema/compose/compose.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toOperation } from '../../support/test-graph.ts';

const sdl = 'type Query { me: User } type User { id: ID username: String }';
const json = '{"data":{"me":{"id":"1","username":"urigo"}}}';

/** Asks one subgraph for two fields, again and again. */
function createAsk(): () => Promise<unknown> {
  const composition = compose([{ kind: 'federation', name: 'users', url: 'http://users.test/graphql', sdl }]);
  if (composition.kind === 'failed') throw new Error('It must compose.');
  const engine = createCompiledEngine({
    supergraph: composition.supergraph,
    publicSchema: buildSchema(sdl),
    transportOf: () => ({
      // Not a plain function: that might be compiled as part of the executor's.
      send: async () => withText(JSON.parse(json), json),
      subscribe: () => Promise.reject(new Error('There are no subscriptions.')),
    }),
    subgraphMessages: 'masked',
    log: createRecordingLogger().log,
  });
  const operation = toOperation('{ me { id username } }');
  const client = { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined };
  return () => engine.execute({ operation, variables: {}, client, signal: undefined });
}

/** What V8 tells of allocations; `@types/node` leaves out the ids. */
interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly url: string };
  readonly children: readonly ProfileNode[];
}

interface Profile {
  readonly head: ProfileNode;
  /** One for each allocation. */
  readonly samples: readonly { readonly nodeId: number }[];
}

/** How many objects the executor's own functions, and those that it compiles, allocate in a run, on average. */
async function countAllocations(run: () => Promise<unknown>, runs: number): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.enable');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 1,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  for (let count = 0; count < runs; count++) await run();
  const { profile } = (await session.post('HeapProfiler.stopSampling')) as unknown as { readonly profile: Profile };
  session.disconnect();
  const own = new Set<number>();
  const visit = ({ id, callFrame, children }: ProfileNode, isOwn: boolean): void => {
    const isOwnToo = callFrame.url === '' ? isOwn : /(?<!test)\/gateway\/execute\//.test(callFrame.url);
    if (isOwnToo) own.add(id);
    for (const child of children) visit(child, isOwnToo);
  };
  visit(profile.head, false);
  return profile.samples.filter(({ nodeId }) => own.has(nodeId)).length / runs;
}

/** Objects proper are eighteen; the rest are numbers, pieces of the answer's text, and what depends on how functions are compiled. */
const allocationsMost = 40;

const roundsMost = 20;

it(`allocates no more than ${allocationsMost} times for a light query`, async () => {
  // Each allocation is to be a sample, and several that follow each other are not to be made as one.
  setFlagsFromString('--sampling-heap-profiler-suppress-randomness');
  setFlagsFromString('--no-turbo-allocation-folding');
  const run = createAsk();
  let least = Number.POSITIVE_INFINITY;
  // What is not compiled yet allocates more, and when it is depends on what else the machine does.
  for (let round = 0; round < roundsMost && least >= allocationsMost; round++) {
    for (let count = 0; count < 10_000; count++) await run();
    least = Math.min(least, await countAllocations(run, 200));
  }
  expect(least).toBeLessThan(allocationsMost);
});
