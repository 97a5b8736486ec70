import { buildSchema, GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { createCompiledEngine } from '../../../gateway/execute/compiled-engine.ts';
import { startDeadline } from '../../../gateway/lib/deadline.ts';
import { abortFault } from '../../../gateway/transport/subgraph-fault.ts';
import { compose } from '../../../schema/compose/compose.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toOperation } from '../../support/test-graph.ts';

/** Runs an operation whose fetch lasts until its signal is aborted. */
function runUntilAborted(signal: AbortSignal) {
  const sdl = 'type Query { slow: [Int!] }';
  const composition = compose([{ kind: 'federation', name: 'slow', url: 'http://slow.test/graphql', sdl }]);
  if (composition.kind === 'failed') throw new Error('It must compose.');
  const engine = createCompiledEngine({
    supergraph: composition.supergraph,
    publicSchema: buildSchema(sdl),
    transportOf: () => ({
      send: () =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(abortFault('slow', signal.reason)));
        }),
      subscribe: () => Promise.reject(new Error('There are no subscriptions.')),
    }),
    subgraphMessages: 'masked',
    log: createRecordingLogger().log,
  });
  const client = { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined };
  return engine.execute({ operation: toOperation('{ slow }'), variables: {}, client, signal });
}

it('makes no answer for a client that has left', async () => {
  const client = new AbortController();
  const { signal, end } = startDeadline(60_000, client.signal);
  const answer = runUntilAborted(signal);
  client.abort();
  await expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  end();
});

it('answers what there is when the time is up', async () => {
  const { signal, end } = startDeadline(1, undefined);
  const answer = await runUntilAborted(signal);
  expect(answer).toMatchObject({ data: { slow: null }, errors: [expect.any(GraphQLError)] });
  expect('errors' in answer && answer.errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
  end();
});
