import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FetchResult } from '../../../gateway/transport/send.ts';
import { SseSubscription } from '../../../gateway/transport/sse-subscription.ts';
import { type Behaviour, eventStream, json, reset, stall, text } from '../../support/fake-subgraph.ts';
import {
  type Harness,
  type HarnessOptions,
  recordTelemetry,
  startHarness,
  toFetch,
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

const subscription = 'subscription Prices { price }';
const next = (price: number) => `event: next\ndata: {"data":{"price":${price}}}\n\n`;
const complete = 'event: complete\ndata:\n\n';
const all = async (events: AsyncIterable<FetchResult>) => {
  const results: FetchResult[] = [];
  for await (const event of events) results.push(event);
  return results;
};
const codeOf = (result: FetchResult | undefined) => result?.errors?.[0]?.extensions['code'];

describe('a subscription to a GraphQL service', () => {
  it('yields the events until the service completes it', async () => {
    const { telemetry, facts } = recordTelemetry();
    const { subgraph, transport } = await start(
      eventStream((send) =>
        send(`:\n\n${next(1)}: heartbeat\n\nevent: other\ndata: x\n\n${next(2)}${complete}${next(3)}`),
      ),
      { telemetry },
    );
    const events = await transport.subscribe(toFetch(subscription));
    expect(await all(events)).toEqual([1, 2].map((price) => ({ data: { price } })));
    const [request] = subgraph.requests;
    expect(request?.method).toBe('POST');
    expect(request?.headers.accept).toMatch(/^text\/event-stream,/);
    expect(request?.json).toEqual({ query: subscription, operationName: 'Prices' });
    expect(facts).toMatchObject([{ operationKind: 'subscription', errorCode: undefined }]);
  });

  it('gives each event to the one who waits for it, several at a time too', async () => {
    let send: (chunk: string) => void = () => {};
    const { transport } = await start(eventStream((write) => (send = write)));
    const events = (await transport.subscribe(toFetch(subscription)))[Symbol.asyncIterator]();
    const waiting = [events.next(), events.next(), events.next()];
    send(next(1) + next(2) + complete);
    expect(await Promise.all(waiting)).toEqual([
      { done: false, value: { data: { price: 1 } } },
      { done: false, value: { data: { price: 2 } } },
      { done: true, value: undefined },
    ]);
  });

  it('holds no connection that others wait for, and finds no place where too many are open', async () => {
    const { subgraph, transport } = await start(
      (response, request) =>
        request.json.query.startsWith('subscription')
          ? eventStream((send) => send(next(1)))(response, request)
          : json({ data: { price: 7 } })(response, request),
      { traffic: { all: { connections: 2, maxStreams: 4, retries: false } } },
    );
    const subscribe = () => transport.subscribe(toFetch(subscription));
    const opened = await Promise.all([subscribe(), subscribe(), subscribe(), subscribe()]);
    await expect(subscribe()).rejects.toMatchObject({ code: 'SUBGRAPH_OVERLOADED' });
    expect(subgraph.requests).toHaveLength(4);
    expect(await transport.send(toFetch('{ price }'))).toMatchObject({ data: { price: 7 } });
    await opened[0]?.[Symbol.asyncIterator]().return?.();
    // What is refused, or cannot be reached, takes no place.
    subgraph.behave(json({ errors: [{ message: 'No.' }] }));
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await all(await subscribe())).toMatchObject([{ errors: [{}] }]);
    subgraph.behave(reset);
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(subscribe()).rejects.toMatchObject({ code: 'SUBGRAPH_UNREACHABLE' });
    subgraph.behave(eventStream((send) => send(next(2))));
    expect(await (await subscribe())[Symbol.asyncIterator]().next()).toMatchObject({ value: { data: { price: 2 } } });
    await expect(subscribe()).rejects.toMatchObject({ code: 'SUBGRAPH_OVERLOADED' });
  });

  it('hangs up when its consumer leaves, also while nothing comes', async () => {
    const { subgraph, transport } = await start(eventStream((send) => send(next(1))));
    const events = (await transport.subscribe(toFetch(subscription)))[Symbol.asyncIterator]();
    await events.next();
    const idle = events.next();
    await events.return?.();
    expect(await idle).toEqual({ done: true, value: undefined });
    await subgraph.requests[0]?.abandoned;
  });

  it('hangs up and ends when its signal is aborted', async () => {
    const { subgraph, transport } = await start(eventStream((send) => send(next(1))));
    const client = new AbortController();
    const events = await transport.subscribe(toFetch(subscription, { signal: client.signal }));
    const results = all(events);
    client.abort();
    expect((await results).length).toBeLessThanOrEqual(1);
    await subgraph.requests[0]?.abandoned;
  });

  it('hangs up and ends when the transports are closed', async () => {
    const { subgraph, transport, transports } = await start(eventStream((send) => send(next(1))));
    const results = all(await transport.subscribe(toFetch(subscription)));
    await transports.close();
    expect((await results).length).toBeLessThanOrEqual(1);
    await subgraph.requests[0]?.abandoned;
  });

  it.each<[string, (send: (chunk: string) => void, end: () => void) => void, string]>([
    [
      'drops',
      (send, end) => {
        send(next(1));
        setImmediate(end);
      },
      'SUBGRAPH_UNREACHABLE',
    ],
    [
      'sends what is not JSON',
      (send) => send(`${next(1)}event: next\ndata: {\n\n${next(2)}`),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    ['sends what is no result', (send) => send(`${next(1)}event: next\ndata: {}\n\n`), 'SUBGRAPH_INVALID_RESPONSE'],
    ['sends an event without end', (send) => send(`${next(1)}data: ${'x'.repeat(3_000)}`), 'SUBGRAPH_INVALID_RESPONSE'],
  ])('ends with an error event when the source %s', async (_name, behave, code) => {
    const { subgraph, transport } = await start(
      eventStream((send, response) => behave(send, () => response.end())),
      { traffic: { all: { responseBytes: '2kb' } } },
    );
    const results = await all(await transport.subscribe(toFetch(subscription)));
    expect(results).toHaveLength(2);
    expect(results[0]).toEqual({ data: { price: 1 } });
    expect(codeOf(results[1])).toBe(code);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('ends with an error event when the connection is reset', async () => {
    const { transport } = await start(eventStream((_send, response) => setImmediate(() => response.socket?.destroy())));
    expect((await all(await transport.subscribe(toFetch(subscription)))).map(codeOf)).toEqual(['SUBGRAPH_UNREACHABLE']);
  });

  it('slows a source down that sends more than is taken', async () => {
    const controller = { aborted: false, paused: false, reason: null, abort() {}, pause: vi.fn(), resume: vi.fn() };
    controller.pause.mockImplementation(() => (controller.paused = true));
    const toResult = (data: string) => ({ data: { data } });
    const events = new SseSubscription(controller, { subgraph: 'products', eventLength: 100, toResult });
    events.feed(Buffer.from('event: next\ndata: x\n\n'.repeat(15)));
    expect(controller.paused).toBe(false);
    events.feed(Buffer.from('event: next\ndata: x\n\n'));
    expect(controller.paused).toBe(true);
    for (let taken = 0; taken < 15; taken++) await events.next();
    expect(controller.resume).not.toHaveBeenCalled();
    await events.next();
    expect(controller.resume).toHaveBeenCalledOnce();
  });

  it('is one event when the service answers with a result instead of a stream', async () => {
    const { transport } = await start(json({ errors: [{ message: 'Cannot subscribe.' }] }, { status: 400 }));
    const results = await all(await transport.subscribe(toFetch(subscription)));
    expect(results.map(({ errors }) => errors?.[0]?.message)).toEqual(['Cannot subscribe.']);
  });

  it.each<[string, Behaviour, string]>([
    ['a page', text('<html>'), 'SUBGRAPH_INVALID_RESPONSE'],
    ['an HTTP error', text('no', { status: 503 }), 'SUBGRAPH_HTTP_ERROR'],
    [
      'an error that calls itself a stream',
      text('x', { status: 500, headers: { 'content-type': 'text/event-stream' } }),
      'SUBGRAPH_HTTP_ERROR',
    ],
    [
      'a compressed stream',
      text('x', { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' } }),
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    ['a reset', reset, 'SUBGRAPH_UNREACHABLE'],
    ['nothing within its time', stall, 'SUBGRAPH_TIMEOUT'],
  ])('is refused when the service answers %s', async (_name, behaviour, code) => {
    const { transport } = await start(behaviour, {
      traffic: { all: { timeout: code === 'SUBGRAPH_TIMEOUT' ? '200ms' : '5s' } },
    });
    await expect(transport.subscribe(toFetch(subscription))).rejects.toMatchObject({ code });
  });
});
