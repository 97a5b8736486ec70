import { type Behaviour, type FakeSubgraph, json, type ReceivedRequest, startFakeSubgraph } from './fake-subgraph.ts';
import { createTestSubgraph, type TestSubgraphOptions } from './federated-subgraph.ts';
import { toOperation } from './transport-harness.ts';

/** What a GraphQL service answers, and may be made to answer instead. */
interface ServedAnswer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

/** A federated subgraph behind a real HTTP server, healthy until it is told to behave otherwise. */
export interface ServedSubgraph extends FakeSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly healthy: Behaviour;
  /** Answers `change` of what it would answer if it were healthy. */
  readonly changed: (change: (answer: ServedAnswer) => unknown) => Behaviour;
}

/** Serves queries and mutations as its resolvers say, and its SDL to who asks for `_service`. */
export async function serveSubgraph(options: TestSubgraphOptions): Promise<ServedSubgraph> {
  const { name, sdl } = options;
  const { transport } = createTestSubgraph(options);
  const answer = async ({ json: { query, variables } }: ReceivedRequest): Promise<ServedAnswer> => {
    if (/\b_service\b/.test(query)) return { data: { _service: { sdl } } };
    return await transport.send({
      subgraph: name,
      operation: toOperation(query),
      variables,
      client: { id: 'gateway', headers: new Map(), onSubgraphHeaders: undefined },
      signal: undefined,
    });
  };
  const changed =
    (change: (answer: ServedAnswer) => unknown): Behaviour =>
    async (response, request) =>
      json(change(await answer(request)))(response, request);
  const healthy = changed((whole) => whole);
  return { ...(await startFakeSubgraph(healthy)), name, sdl, healthy, changed };
}
