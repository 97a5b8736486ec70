import { buildSchema } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { faultsSection } from '../../../gateway/config/faults.ts';
import { trafficSection } from '../../../gateway/config/traffic.ts';
import { createFaults } from '../../../gateway/faults/faults.ts';
import type { FetchFacts } from '../../../gateway/telemetry/telemetry.ts';
import type { FetchRequest, FetchResult, Transport } from '../../../gateway/transport/send.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';
import { toOperation } from '../../support/transport-harness.ts';

const schema = buildSchema(`
  type Query { product: Product item: Item any: Any }
  type Mutation { add: Product }
  type Subscription { added: Product }
  interface Item { id: ID! price: Int }
  union Any = Product
  type Product implements Item { id: ID! price: Int stock: Stock }
  type Stock { left: Int }
`);

const good: FetchResult = { data: { product: null } };
const transport: Transport = {
  send: async () => good,
  subscribe: async () =>
    (async function* () {
      yield good;
    })(),
};

interface Given {
  readonly rules: readonly Record<string, unknown>[];
  readonly random?: () => number;
  readonly traffic?: unknown;
  readonly subgraph?: string;
  readonly inner?: Transport;
}

function prepare({ rules, random = () => 0, traffic = {}, subgraph = 'products', inner = transport }: Given) {
  const { log, lines } = createRecordingLogger();
  const fetches: FetchFacts[] = [];
  const faults: string[] = [];
  const withFaults = createFaults({
    config: { faults: faultsSection.parse({ rules }), traffic: trafficSection.parse(traffic) },
    schema,
    random,
    telemetry: {
      log,
      faultInjected: (name, fault) => faults.push(`${name} ${fault}`),
      fetchEnded: (facts) => fetches.push(facts),
    },
  });
  const faulty = withFaults(inner, subgraph);
  const fetch = (text = '{ product { id } }', more: Partial<FetchRequest> = {}, headers: [string, string][] = []) =>
    ({
      subgraph,
      operation: toOperation(text),
      variables: undefined,
      client: { id: 'request-1', headers: new Map(headers), onSubgraphHeaders: undefined },
      signal: undefined,
      ...more,
    }) satisfies FetchRequest;
  return { faulty, fetch, lines, fetches, faults };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

describe('a rule of faults', () => {
  it.each([
    [{}, '{ product { id } }', [], true],
    [{ subgraphs: ['products', 'users'] }, '{ product { id } }', [], true],
    [{ subgraphs: ['users'] }, '{ product { id } }', [], false],
    [{ fields: 'Product.price' }, '{ product { id } }', [], false],
    [{ fields: 'Product.price' }, '{ p: product { cost: price } }', [], true],
    [{ fields: 'Product.price' }, '{ item { price } }', [], true],
    [{ fields: 'Item.price' }, '{ item { price } }', [], true],
    [{ fields: 'Product.price' }, 'query Q { any { ...P } } fragment P on Product { price }', [], true],
    [{ fields: ['Stock.*', 'Nothing.here'] }, '{ product { stock { left } } }', [], true],
    [
      { fields: 'Stock.left' },
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { stock { left } } } }',
      [],
      true,
    ],
    [
      { fields: 'Stock.left' },
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { id } } }',
      [],
      false,
    ],
    [{ fields: 'Mutation.*' }, 'mutation { add { id } }', [], true],
    [{ headers: { 'x-fault': 'yes', 'x-too': '1' } }, '{ product { id } }', [['x-fault', 'yes']], false],
    [{ headers: { 'x-fault': 'yes' } }, '{ product { id } }', [['x-fault', 'yes']], true],
    [{ headers: { 'x-fault': 'yes' } }, '{ product { id } }', [['x-fault', 'no']], false],
  ] as const)('%j is for %s with headers %j: %s', async (rule, text, headers, applies) => {
    const { faulty, fetch } = prepare({ rules: [{ ...rule, error: 'SUBGRAPH_UNREACHABLE' }] });
    const expected = applies ? 'SUBGRAPH_UNREACHABLE' : 'answered';
    const request = fetch(
      text,
      {},
      headers.map(([name, value]) => [name, value]),
    );
    expect(await codeOf(faulty.send(request))).toBe(expected);
    expect(await codeOf(faulty.send(request))).toBe(expected);
  });

  it('is for a share of the fetches, by the chance that it is given', async () => {
    const dice = [0.1, 0.3, 0.29, 0.9];
    const { faulty, fetch } = prepare({
      rules: [{ error: 'SUBGRAPH_UNREACHABLE', share: '30%' }],
      random: () => dice.shift() ?? 1,
    });
    const codes: unknown[] = [];
    while (dice.length > 0) codes.push(await codeOf(faulty.send(fetch())));
    expect(codes).toEqual(['SUBGRAPH_UNREACHABLE', 'answered', 'SUBGRAPH_UNREACHABLE', 'answered']);
  });

  it.each([
    ['SUBGRAPH_TIMEOUT', {}],
    ['SUBGRAPH_INVALID_RESPONSE', {}],
    ['SUBGRAPH_CIRCUIT_OPEN', {}],
    ['SUBGRAPH_OVERLOADED', {}],
    ['SUBGRAPH_HTTP_ERROR', { status: 503 }],
  ])('fails a fetch as it would fail by itself, with %s', async (error, extensions) => {
    const { faulty, fetch, fetches, faults, lines } = prepare({ rules: [{ error }] });
    await expect(faulty.send(fetch())).rejects.toMatchObject({ code: error, extensions });
    expect(fetches).toMatchObject([{ subgraph: 'products', operationKind: 'query', errorCode: error, deduped: false }]);
    expect(faults).toEqual(['products error']);
    expect(lines).toMatchObject([
      { level: 'warn', fields: { rules: 1 } },
      { level: 'info', fields: { requestId: 'request-1', subgraph: 'products', fault: 'error', rule: 1 } },
    ]);
    expect(await codeOf(faulty.subscribe(fetch('subscription { added { id } }')))).toBe(error);
  });

  it('has a subgraph answer an error with a code of its own, and the status that it is told', async () => {
    const { faulty, fetch, fetches } = prepare({ rules: [{ error: 'SOLD_OUT' }] });
    expect(await faulty.send(fetch())).toMatchObject({ data: null, errors: [{ extensions: { code: 'SOLD_OUT' } }] });
    const events: FetchResult[] = [];
    for await (const event of await faulty.subscribe(fetch('subscription { added { id } }'))) events.push(event);
    expect(events).toMatchObject([{ errors: [{ extensions: { code: 'SOLD_OUT' } }] }]);
    expect(fetches.map(({ errorCode }) => errorCode)).toEqual([undefined, undefined]);
    const teapot = prepare({ rules: [{ error: 'SUBGRAPH_HTTP_ERROR', status: 418 }] });
    await expect(teapot.faulty.send(fetch())).rejects.toMatchObject({ extensions: { status: 418 } });
  });

  it('cuts the connection to the subgraph, or that of the client', async () => {
    const subgraph = prepare({ rules: [{ abort: 'subgraph' }] });
    expect(await codeOf(subgraph.faulty.send(subgraph.fetch()))).toBe('SUBGRAPH_UNREACHABLE');
    const { faulty, fetch, faults } = prepare({ rules: [{ abort: 'client' }] });
    const hangUp = vi.fn();
    const { client } = fetch();
    expect(await codeOf(faulty.send(fetch(undefined, { client: { ...client, hangUp } })))).toBe('REQUEST_TIMEOUT');
    expect(await codeOf(faulty.send(fetch()))).toBe('REQUEST_TIMEOUT');
    expect([hangUp.mock.calls.length, faults]).toEqual([1, ['products abort', 'products abort']]);
  });

  describe('that delays', () => {
    it('lets the fetch go on after that time, or after that of all its rules', async () => {
      vi.useFakeTimers();
      try {
        const send = vi.fn(transport.send);
        const { faulty, fetch, fetches } = prepare({
          rules: [{ delay: '2s' }, { delay: '1s', subgraphs: ['products'] }],
          inner: { ...transport, send },
        });
        const answer = faulty.send(fetch());
        await vi.advanceTimersByTimeAsync(2_999);
        expect(send).not.toHaveBeenCalled();
        await vi.advanceTimersByTimeAsync(1);
        expect(await answer).toBe(good);
        expect(fetches).toEqual([]);
      } finally {
        vi.useRealTimers();
      }
    });

    it('for longer than a subgraph has makes it fail when its time is over', async () => {
      vi.useFakeTimers();
      try {
        const { faulty, fetch } = prepare({
          rules: [{ delay: '400ms' }, { delay: '1h' }, { error: 'NEVER' }],
          traffic: { subgraphs: { products: { timeout: '1s' } } },
        });
        const code = codeOf(faulty.send(fetch()));
        await vi.advanceTimersByTimeAsync(1_000);
        expect(await code).toBe('SUBGRAPH_TIMEOUT');
      } finally {
        vi.useRealTimers();
      }
    });

    it('keeps nobody waiting whose time is up, or who has left', async () => {
      const { faulty, fetch } = prepare({ rules: [{ delay: '1h' }], traffic: { all: { timeout: '2h' } } });
      const over = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
      expect(await codeOf(faulty.send(fetch(undefined, { signal: over })))).toBe('SUBGRAPH_TIMEOUT');
      const leaving = new AbortController();
      const code = codeOf(faulty.send(fetch(undefined, { signal: leaving.signal })));
      leaving.abort();
      expect(await code).toBe('REQUEST_TIMEOUT');
    });
  });

  it('costs nothing where there is none, and tells of what is misspelled', () => {
    expect(prepare({ rules: [] }).faulty).toBe(transport);
    expect(prepare({ rules: [{ subgraphs: ['users'], delay: '1s' }] }).faulty).toBe(transport);
    const { lines } = prepare({ rules: [{ fields: ['Product.prize', 'Product.price'], delay: '1s' }] });
    expect(lines.map(({ message }) => message)).toEqual([
      'The rule of faults for Product.prize is for no field of the supergraph.',
      'Faults are made on purpose, as the section "faults" asks for.',
    ]);
  });
});
