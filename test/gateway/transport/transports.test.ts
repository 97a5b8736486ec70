import { afterEach, describe, expect, it } from 'vitest';
import { headersSection } from '../../../gateway/config/headers.ts';
import { trafficSection } from '../../../gateway/config/traffic.ts';
import { noTelemetry } from '../../../gateway/telemetry/no-telemetry.ts';
import { createTransports, type Transports } from '../../../gateway/transport/transports.ts';
import type { SupergraphSubgraph } from '../../../schema/supergraph/supergraph.ts';
import { type FakeSubgraph, hold, json, stall, startFakeSubgraph } from '../../support/fake-subgraph.ts';
import { recordTelemetry, toFetch } from '../../support/transport-harness.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const startService = async (...behaviour: Parameters<typeof startFakeSubgraph>): Promise<FakeSubgraph> => {
  const subgraph = await startFakeSubgraph(...behaviour);
  open.push(subgraph);
  return subgraph;
};
const create = (
  subgraphs: readonly SupergraphSubgraph[],
  traffic: unknown = {},
  sdl = '',
  telemetry = noTelemetry,
): Transports => {
  const options = { traffic: trafficSection.parse(traffic), headers: headersSection.parse({}), telemetry };
  const transports = createTransports({ supergraph: { sdl, subgraphs }, ...options });
  open.push(transports);
  return transports;
};

const supergraph = /* GraphQL */ `
  schema { query: Root }
  type Root { productsByUpc(upcs: [ID!]!): [Product] @join__field(graph: RECOMMENDATIONS) }
  type Product implements Named { upc: ID!  name: String }
  interface Named { name: String }
  type Other { productsByUpc(upcs: Int): Int }
`;
const lookup = { key: 'upc', field: 'productsByUpc', argument: 'upcs', list: true };

describe('createTransports', () => {
  it('connects to nothing before the first fetch and keeps connections for the subgraphs of one origin', async () => {
    const service = await startService(json({ data: { a: 1 } }));
    const transports = create(['accounts', 'products'].map((name) => ({ kind: 'federation', name, url: service.url })));
    for (let index = 0; index < 10; index++) {
      for (const name of ['accounts', 'products']) await transports.of(name).send(toFetch('{ a }'));
    }
    // undici takes a connection back a moment after its answer, so two take turns.
    expect(new Set(service.requests.map(({ clientPort }) => clientPort)).size).toBeLessThanOrEqual(2);
  });

  it('opens no more connections to an origin than allowed', async () => {
    const gate = hold(json({ data: {} }));
    const service = await startService(gate.behaviour);
    const transports = create(
      ['accounts', 'products'].map((name) => ({ kind: 'federation', name, url: service.url })),
      { all: { connections: 2 } },
    );
    const answers = ['a', 'b', 'c'].flatMap((field) =>
      ['accounts', 'products'].map((name) => transports.of(name).send(toFetch(`{ ${field} }`))),
    );
    await service.arrived(2);
    service.behave(json({ data: {} }));
    gate.release();
    await Promise.all(answers);
    expect(service.requests).toHaveLength(6);
    expect(new Set(service.requests.map(({ clientPort }) => clientPort)).size).toBe(2);
  });

  it('calls each subgraph by its own settings', async () => {
    const services = await Promise.all([startService(stall), startService(json({ data: { a: 'x'.repeat(2_000) } }))]);
    const [slow, large] = services.map(({ url }) => url);
    const transports = create(
      [
        { kind: 'federation', name: 'slow', url: slow ?? '' },
        { kind: 'federation', name: 'large', url: large ?? '' },
        { kind: 'federation', name: '__proto__', url: large ?? '' },
      ],
      { subgraphs: { slow: { timeout: '50ms' }, large: { responseBytes: '1kb' } } },
    );
    await expect(transports.of('slow').send(toFetch('{ a }'))).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    await expect(transports.of('large').send(toFetch('{ a }'))).rejects.toMatchObject({
      code: 'SUBGRAPH_INVALID_RESPONSE',
    });
    await expect(transports.of('__proto__').send(toFetch('{ a }'))).resolves.toHaveProperty('data');
  });

  it('reports each fetch with its outcome', async () => {
    const { facts, telemetry } = recordTelemetry();
    const service = await startService(json({ data: {} }));
    const transports = create([{ kind: 'federation', name: 'products', url: service.url }], {}, '', telemetry);
    await transports.of('products').send(toFetch('{ a }'));
    service.behave(json({}));
    await expect(transports.of('products').send(toFetch('mutation { a }'))).rejects.toThrow();
    const base = { requestId: 'request-1', subgraph: 'products', deduped: false, durationMs: expect.any(Number) };
    expect(facts).toEqual([
      { ...base, operationKind: 'query', errorCode: undefined },
      { ...base, operationKind: 'mutation', errorCode: 'SUBGRAPH_INVALID_RESPONSE' },
    ]);
  });

  it('lets a service without federation answer entities, with the types that the supergraph gives', async () => {
    const service = await startService(json({ data: { overlock_0_0: [{ overlock_key: '1', name: 'Shoe' }] } }));
    const entities = { Product: lookup };
    const transports = create(
      [{ kind: 'graphql', name: 'recommendations', url: service.url, entities }],
      {},
      supergraph,
    );
    const operation =
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Named { name } ... on Other { x } } }';
    const variables = { r: [{ __typename: 'Product', upc: '1' }] };
    const { data } = await transports.of('recommendations').send(toFetch(operation, { variables }));
    expect(data).toEqual({ _entities: [{ overlock_key: '1', name: 'Shoe' }] });
    expect(service.requests[0]?.json.query.replace(/\s+/g, ' ')).toBe(
      'query ($overlock_0_0: [ID!]!) { overlock_0_0: productsByUpc(upcs: $overlock_0_0) { ...overlock_0 } } ' +
        'fragment overlock_0 on Product { overlock_key: upc ... on Named { name } }',
    );
    expect(service.requests[0]?.json.variables).toEqual({ overlock_0_0: ['1'] });
  });

  it('says which lookup the supergraph has not', () => {
    const entities = { Product: { ...lookup, argument: 'ids' } };
    expect(() =>
      create([{ kind: 'graphql', name: 'recommendations', url: 'http://a.test', entities }], {}, supergraph),
    ).toThrow(
      'The supergraph has no Root.productsByUpc(ids:), by which the subgraph "recommendations" is to load Product.',
    );
  });

  it('says which subgraph there is not', () => {
    expect(() => create([]).of('products')).toThrow('The supergraph has no subgraph "products".');
  });
});
