import { afterEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import { type Behaviour, hold, json, stall } from '../../support/fake-subgraph.ts';
import {
  type Harness,
  type HarnessOptions,
  recordTelemetry,
  startHarness,
  toFetch,
  toSpan,
} from '../../support/transport-harness.ts';

const open: Harness[] = [];
const start = async (behaviour: Behaviour, options?: HarnessOptions) => {
  const harness = await startHarness(behaviour, options);
  open.push(harness);
  return harness;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

const good = json({ data: { ok: true } });
const timeout = () => new DOMException('The operation took too long.', 'TimeoutError');

describe('a signal that is aborted', () => {
  it('tears the query of a client that leaves down within 100 ms', async () => {
    const { subgraph, transport } = await start(stall);
    const client = new AbortController();
    const answer = transport.send(toFetch('{ a }', { signal: client.signal }));
    const { abandoned } = await subgraph.arrived(1);
    const leftMs = performance.now();
    client.abort();
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', cause: client.signal.reason });
    await abandoned;
    expect(performance.now() - leftMs).toBeLessThan(100);
  });

  it('leaves a mutation that was sent to end, and its waiter to go', async () => {
    const gate = hold(good);
    const { facts, telemetry } = recordTelemetry();
    const { subgraph, transport, transports } = await start(gate.behaviour, { telemetry });
    const client = new AbortController();
    const answer = transport.send(toFetch('mutation { a }', { signal: client.signal }));
    const request = await subgraph.arrived(1);
    let abandoned = false;
    request.abandoned.then(() => {
      abandoned = true;
    });
    client.abort();
    await expect(answer).rejects.toBeInstanceOf(GatewayError);
    gate.release();
    await transports.close();
    expect(abandoned).toBe(false);
    expect(facts).toMatchObject([{ operationKind: 'mutation', errorCode: undefined }]);
  });

  it('means SUBGRAPH_TIMEOUT when the time of the operation is up', async () => {
    const { subgraph, transport } = await start(stall);
    const operation = new AbortController();
    const answer = transport.send(toFetch('{ a }', { signal: operation.signal }));
    await subgraph.arrived(1);
    operation.abort(timeout());
    await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
  });

  it('passes on a reason that is an error of the gateway', async () => {
    const { transport } = await start(stall);
    const reason = new GatewayError('OVERLOADED', 'Come back later.');
    await expect(transport.send(toFetch('{ a }', { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
  });

  it.each(['{ a }', 'mutation { a }', 'subscription { a }'])('before the fetch lets nothing out: %s', async (text) => {
    const { subgraph, transport } = await start(good);
    const fetch = toFetch(text, { signal: AbortSignal.abort(timeout()) });
    const answer = fetch.operation.kind === 'subscription' ? transport.subscribe(fetch) : transport.send(fetch);
    await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    await transport.send(toFetch('{ b }'));
    expect(subgraph.requests.map(({ json: { query } }) => query)).toEqual(['{ b }']);
  });

  it('takes a fetch out of the queue for a connection without closing the connection', async () => {
    const gate = hold(good);
    const { subgraph, transport } = await start(gate.behaviour, { traffic: { all: { connections: 1 } } });
    const client = new AbortController();
    const first = transport.send(toFetch('{ first }'));
    const request = await subgraph.arrived(1);
    const second = transport.send(toFetch('{ second }', { signal: client.signal }));
    const third = transport.send(toFetch('{ third }'));
    client.abort();
    await expect(second).rejects.toBeInstanceOf(GatewayError);
    subgraph.behave(good);
    gate.release();
    await Promise.all([first, third]);
    expect(subgraph.requests.map(({ json: { query } }) => query)).toEqual(['{ first }', '{ third }']);
    expect(subgraph.requests[1]?.clientPort).toBe(request.clientPort);
  });

  it('is listened to by any number of fetches without a warning', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error) => warnings.push(warning);
    process.on('warning', keep);
    const { transport } = await start(good);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 30 }, (_, index) => transport.send(toFetch(`{ a${index} }`, { signal }))));
    process.off('warning', keep);
    expect(warnings).toEqual([]);
  });
});

describe('queries that are equal', () => {
  it('are one call while it is in flight, whose answer is shared', async () => {
    const gate = hold(good);
    const { facts, telemetry } = recordTelemetry();
    const { subgraph, transport } = await start(gate.behaviour, { telemetry });
    const answers = [1, 2, 3].map(() => transport.send(toFetch('{ a }')));
    await subgraph.arrived(1);
    gate.release();
    const results = await Promise.all(answers);
    expect(results).toEqual([1, 2, 3].map(() => ({ data: { ok: true }, shared: true })));
    expect(results[0]?.data).toBe(results[2]?.data);
    subgraph.behave(good);
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { ok: true } });
    expect(subgraph.requests).toHaveLength(2);
    expect(facts.map(({ deduped }) => deduped).sort()).toEqual([false, false, true, true]);
  });

  it.each<[string, Parameters<typeof toFetch>, HarnessOptions?]>([
    ['have other variables', ['{ a }', { variables: { id: 2 } }]],
    ['have another text', ['{ b }', {}]],
    ['send other headers', ['{ a }', { headers: { 'x-tenant': 'b' } }]],
    ['are mutations', ['mutation { a }', {}]],
    ['are not to be joined', ['{ a }', {}], { traffic: { subgraphs: { products: { dedupe: false } } } }],
    ['may bring cookies', ['{ a }', {}], { headers: { toClients: [{ propagate: ['set-cookie'] }] } }],
  ])('are calls of their own when they %s', async (_name, second, options) => {
    const gate = hold(good);
    const headers = { toSubgraphs: [{ propagate: ['x-tenant'] }] };
    const { subgraph, transport } = await start(gate.behaviour, { headers, ...options });
    const first = second[0] === 'mutation { a }' ? toFetch('mutation { a }') : toFetch('{ a }');
    const answers = [transport.send(first), transport.send(toFetch(...second))];
    await subgraph.arrived(2);
    gate.release();
    await Promise.all(answers);
  });

  it('are joined although the trace context and the headers that stay here differ', async () => {
    const gate = hold(good);
    let traces = 0;
    const { telemetry } = recordTelemetry();
    const { subgraph, transport } = await start(gate.behaviour, {
      telemetry: { ...telemetry, fetchBegan: () => toSpan(() => ({ traceparent: `trace-${++traces}` })) },
    });
    const answers = ['a', 'b'].map((tenant) => transport.send(toFetch('{ a }', { headers: { 'x-tenant': tenant } })));
    await subgraph.arrived(1);
    gate.release();
    await Promise.all(answers);
    expect(subgraph.requests.map(({ headers }) => headers['traceparent'])).toEqual(['trace-1']);
  });

  it('go on while one waiter stays, and end when the last has left', async () => {
    const { subgraph, transport } = await start(stall);
    const clients = [new AbortController(), new AbortController()];
    const answers = clients.map(({ signal }) => transport.send(toFetch('{ a }', { signal })));
    const request = await subgraph.arrived(1);
    clients[0]?.abort();
    await expect(answers[0]).rejects.toBeInstanceOf(GatewayError);
    const joined = transport.send(toFetch('{ a }', { signal: clients[1]!.signal }));
    clients[1]?.abort();
    await expect(answers[1]).rejects.toBeInstanceOf(GatewayError);
    await expect(joined).rejects.toBeInstanceOf(GatewayError);
    await request.abandoned;
    expect(subgraph.requests).toHaveLength(1);
    subgraph.behave(good);
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { ok: true } });
  });

  it('fail together, and the next is asked anew', async () => {
    const gate = hold(json({}));
    const { subgraph, transport } = await start(gate.behaviour);
    const answers = [1, 2].map(() => transport.send(toFetch('{ a }')));
    await subgraph.arrived(1);
    gate.release();
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_INVALID_RESPONSE' });
    subgraph.behave(good);
    expect(await transport.send(toFetch('{ a }'))).toEqual({ data: { ok: true } });
  });
});
