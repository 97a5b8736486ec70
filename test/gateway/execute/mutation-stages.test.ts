import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { createCompiledEngine } from '../../../gateway/execute/compiled-engine.ts';
import type { ClientRequest } from '../../../gateway/transport/send.ts';
import { compose } from '../../../schema/compose/compose.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toOperation } from '../../support/test-graph.ts';

it('gives each stage of a mutation a scope of its own, as what was loaded before may have changed', async () => {
  const composition = compose(
    ['one', 'two'].map((name) => ({
      kind: 'federation',
      name,
      url: `http://${name}.test/graphql`,
      sdl: `type Query { ${name}: Int } type Mutation { set${name}: Int }`,
    })),
  );
  if (composition.kind === 'failed') throw new Error('It must compose.');
  const scopes: ClientRequest[] = [];
  const engine = createCompiledEngine({
    supergraph: composition.supergraph,
    publicSchema: buildSchema(composition.supergraph.publicSdl),
    transportOf: (name) => ({
      send: async ({ client }) => {
        scopes.push(client);
        return { data: { [`set${name}`]: 1 } };
      },
      subscribe: () => Promise.reject(new Error('There are no subscriptions.')),
    }),
    subgraphMessages: 'masked',
    log: createRecordingLogger().log,
  });
  const operation = toOperation('mutation { setone settwo a: setone }');
  const client = { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined };
  await engine.execute({ operation, variables: {}, client, signal: undefined });
  expect(scopes).toEqual([client, client, client]);
  expect(new Set(scopes).size).toBe(3);
});
