import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, hold, json, stall, text } from '../../support/fake-subgraph.ts';
import {
  type Harness,
  type HarnessOptions,
  recordTelemetry,
  startHarness,
  toFetch,
} from '../../support/transport-harness.ts';

const sdl = /* GraphQL */ `
  type Query {
    product(upc: ID!): Product @rest(path: "/products/{$args.upc}")
    search(text: String): [Product!] @rest(path: "/products", query: [{ name: "q", value: "{$args.text}" }])
  }
  type Mutation {
    order(upc: ID!): Product
      @rest(method: POST, path: "/orders", body: { fields: [{ name: "upc", value: "{$args.upc}" }] })
  }
  type Product @key(fields: "upc") @rest(path: "/products/{$key.upc}") { upc: ID!  name: String }
`;

const open: Harness[] = [];
const start = async (behaviour: Behaviour, options: HarnessOptions = {}) => {
  const describeRest = (url: string) =>
    ({ kind: 'rest', name: 'products', url: url.replace('/graphql', '/v1'), sdl, maxConcurrency: 4 }) as const;
  const harness = await startHarness(behaviour, { describe: describeRest, ...options });
  open.push(harness);
  return harness;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

const product: Behaviour = (response, request) =>
  json({ upc: request.path.split('/').at(-1), name: 'Shoe' })(response, request);

describe('a fetch of a REST service', () => {
  it('becomes the calls that it takes, below the base URL', async () => {
    const { facts, telemetry } = recordTelemetry({ traceparent: '00-a' });
    const { subgraph, transport } = await start(product, { telemetry });
    const result = await transport.send(
      toFetch('{ a: product(upc: "1") { upc name } b: product(upc: "2 ?") { upc } }'),
    );
    expect(result.data).toEqual({ a: { upc: '1', name: 'Shoe' }, b: { upc: '2%20%3F' } });
    expect(subgraph.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /v1/products/1',
      'GET /v1/products/2%20%3F',
    ]);
    expect(subgraph.requests[0]?.headers).toMatchObject({ traceparent: '00-a', accept: expect.stringMatching(/json/) });
    expect(facts).toMatchObject(
      [1, 2].map(() => ({ subgraph: 'products', operationKind: 'query', errorCode: undefined })),
    );
  });

  it('is asked again by GET and by no other method', async () => {
    const { subgraph, transport } = await start((response, request) =>
      (subgraph.requests.length % 2 === 1 ? text('', { status: 503 }) : product)(response, request),
    );
    expect((await transport.send(toFetch('{ product(upc: "1") { name } }'))).data).toEqual({
      product: { name: 'Shoe' },
    });
    expect((await transport.send(toFetch('mutation { order(upc: "1") { name } }'))).errors).toHaveLength(1);
    expect(subgraph.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
  });

  it('answers entities', async () => {
    const { transport } = await start(product);
    const operation = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name } } }';
    const variables = { r: [{ __typename: 'Product', upc: '1' }] };
    expect((await transport.send(toFetch(operation, { variables }))).data).toEqual({ _entities: [{ name: 'Shoe' }] });
  });

  it('sends and passes on the headers that the rules name', async () => {
    const { subgraph, transport } = await start(
      json({ upc: '1' }, { headers: { 'x-served-by': 'r1', 'x-other': '1' } }),
      {
        headers: { toSubgraphs: [{ propagate: ['authorization'] }], toClients: [{ propagate: ['x-served-by'] }] },
      },
    );
    const passed: unknown[] = [];
    await transport.send(
      toFetch('{ product(upc: "1") { upc } }', {
        headers: { authorization: 'Bearer t', cookie: 'a=b' },
        onSubgraphHeaders: (name, headers) => passed.push(name, ...headers),
      }),
    );
    expect(subgraph.requests[0]?.headers['authorization']).toBe('Bearer t');
    expect(subgraph.requests[0]?.headers['cookie']).toBeUndefined();
    expect(passed).toEqual(['products', ['x-served-by', 'r1']]);
  });

  it('has equal GETs of several requests in flight joined', async () => {
    const gate = hold(product);
    const { subgraph, transport } = await start(gate.behaviour);
    const answers = [1, 2].map(() => transport.send(toFetch('{ product(upc: "1") { name } }')));
    await subgraph.arrived(1);
    gate.release();
    expect((await Promise.all(answers)).map(({ data }) => data)).toEqual(
      [1, 2].map(() => ({ product: { name: 'Shoe' } })),
    );
    expect(subgraph.requests).toHaveLength(1);
  });

  it('has each failure at its field', async () => {
    const { transport } = await start(
      (response, request) => (request.path === '/v1/products/1' ? product : stall)(response, request),
      {
        traffic: { all: { timeout: '500ms' } },
      },
    );
    const { data, errors } = await transport.send(
      toFetch('{ a: product(upc: "1") { name } b: product(upc: "2") { name } }'),
    );
    expect(data).toEqual({ a: { name: 'Shoe' }, b: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([[['b'], 'SUBGRAPH_TIMEOUT']]);
  });

  it('is torn down when the client leaves', async () => {
    const { subgraph, transport } = await start(stall);
    const client = new AbortController();
    const answer = transport.send(toFetch('{ product(upc: "1") { name } }', { signal: client.signal }));
    const { abandoned } = await subgraph.arrived(1);
    client.abort();
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await abandoned;
    await expect(
      transport.send(toFetch('{ product(upc: "1") { name } }', { signal: client.signal })),
    ).rejects.toThrow();
    expect(subgraph.requests).toHaveLength(1);
  });

  it('is left to end when it changes something', async () => {
    const gate = hold(product);
    const { facts, telemetry } = recordTelemetry();
    const { subgraph, transport, transports } = await start(gate.behaviour, { telemetry });
    const client = new AbortController();
    const answer = transport.send(toFetch('mutation { order(upc: "1") { upc } }', { signal: client.signal }));
    const request = await subgraph.arrived(1);
    client.abort();
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    gate.release();
    await transports.close();
    expect([request.method, request.body]).toEqual(['POST', '{"upc":"1"}']);
    expect(facts).toMatchObject([{ operationKind: 'mutation', errorCode: undefined }]);
  });

  it('cannot be subscribed to', async () => {
    const { transport } = await start(product);
    await expect(transport.subscribe(toFetch('subscription { a }'))).rejects.toThrow('has no subscriptions');
  });
});
