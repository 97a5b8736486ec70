import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../gateway/config/config.ts';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../gateway/telemetry/telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { type Behaviour, eventStream, hold } from '../support/fake-subgraph.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type Load, startLoad } from '../support/load.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

let service: ServedSubgraph;
let telemetry: Telemetry;
let gateway: TestGateway | undefined;
let load: Load<Answer> | undefined;
beforeEach(async () => {
  service = await serveSubgraph({
    name: 'app',
    sdl: `
      type Query { ping(n: Int): Int list(n: Int): [String!] }
      type Mutation { fill(n: Int): [String!] }
      type Subscription { ticks: Int }
    `,
    resolvers: { Query: { ping: () => 1, list: () => long }, Mutation: { fill: () => long } },
  });
});
afterEach(async () => {
  await load?.stop();
  await gateway?.stop();
  await telemetry.shutdown();
  await service.close();
});

/** What makes an answer a heavy one. */
const long = new Array<string>(3_000).fill('ten bytes.');

function configOf(listen: Sections): Config {
  return toConfig({ graph: { subgraphs: { app: { url: service.url } } }, listen });
}

async function start(listen: Sections): Promise<TestGateway> {
  const config = configOf(listen);
  telemetry = await createTelemetry(config.telemetry, createStubOutput());
  gateway = await startTestGateway(config, telemetry);
  return gateway;
}

/** Has many requests wait for their service, which answers all that come after them. */
async function occupy(target: TestGateway) {
  const held = hold(service.healthy);
  service.behave(held.behaviour);
  const { length } = service.requests;
  const running = Array.from({ length: 110 }, () => ask(target));
  await service.arrived(length + running.length);
  service.behave(service.healthy);
  return { held, running };
}

/** A service that does so much at a time and lets all else wait for its turn. */
function busy(places: number, ms: number, answer: Behaviour): Behaviour {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (response, request) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    await sleep(ms);
    answer(response, request);
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
}

interface Answer {
  readonly status: number;
  readonly ms: number;
}

let asked = 0;

/** Asks what nobody else asks, so that no two share a fetch. */
async function ask({ ask: send }: TestGateway): Promise<Answer> {
  const startedAt = performance.now();
  const { status, data } = await send('query ($n: Int) { ping(n: $n) }', { n: asked++ });
  if (status === 200) expect(data).toEqual({ ping: 1 });
  return { status, ms: performance.now() - startedAt };
}

/** Asks so often whatever becomes of it, as many clients do who know nothing of each other. */
async function askEvenly(target: TestGateway, perSecond: number, seconds: number): Promise<readonly Answer[]> {
  const answers: Promise<Answer>[] = [];
  const startedAt = performance.now();
  for (let left = seconds; left > 0; left = seconds - (performance.now() - startedAt) / 1_000) {
    while (answers.length < (seconds - left) * perSecond) answers.push(ask(target));
    await sleep(5);
  }
  return await Promise.all(answers);
}

const medianMs = (answers: readonly Answer[]) =>
  answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(answers.length / 2)] ?? 0;

describe('four times as many requests as can be answered', () => {
  it('leave as many answered as without the others, who are refused at once, and nothing behind', async () => {
    const places = 4;
    const serviceMs = 300;
    const target = await start({ maxConcurrency: places });
    service.behave(busy(places, serviceMs, service.healthy));
    load = startLoad(places, () => ask(target));
    await load.more(places);
    const peakFrom = performance.now();
    await load.more(8 * places);
    const peak = (8 * places) / ((performance.now() - peakFrom) / 1_000);
    await load.stop();

    const seconds = 3;
    const flood = askEvenly(target, 4 * peak, seconds);
    await sleep(1_000);
    const health = await fetch(`${target.origin}/health/live`);
    const ready = await fetch(`${target.origin}/health/ready`);
    const metrics = await fetch(`${target.adminUrl}/metrics`);
    expect([health.status, metrics.status, (await fetch(`${target.adminUrl}/health/live`)).status]).toEqual([
      200, 200, 200,
    ]);
    expect([200, 503]).toContain(ready.status);
    const answers = await flood;
    const good = answers.filter(({ status }) => status === 200);
    const shed = answers.filter(({ status }) => status === 503);
    expect(good.length + shed.length).toBe(answers.length);
    expect(good.length / seconds).toBeGreaterThan(0.7 * peak);
    expect(shed.length).toBeGreaterThan(good.length);
    // What a busy machine adds, it adds to both: who was refused waited for nobody, and who was let in for nobody else.
    expect(medianMs(shed)).toBeLessThan(Math.max(100, medianMs(good) - serviceMs / 2));
    expect(medianMs(good)).toBeLessThan(medianMs(shed) + 3 * serviceMs);

    const after = await Promise.all(Array.from({ length: places }, () => ask(target)));
    expect(after.map(({ status }) => status)).toEqual(new Array<number>(places).fill(200));
    const text = await (await fetch(`${target.adminUrl}/metrics`)).text();
    expect(text).toContain(`overlock_requests_shed_total{reason="concurrency"} ${shed.length}\n`);
    expect(text).toContain('overlock_operations_in_flight 0\n');
  });

  it('leave no place free, and each refused client has its answer while those who were let in still wait', async () => {
    const places = 4;
    const rounds = 25;
    const target = await start({ maxConcurrency: places });
    const held = hold(service.healthy);
    service.behave(held.behaviour);
    const { length } = service.requests;
    for (let round = 1; round <= rounds; round += 1) {
      const running = Array.from({ length: places }, () => ask(target));
      await service.arrived(length + round * places);
      const others = await Promise.all(Array.from({ length: 3 * places }, () => ask(target)));
      expect(others.filter(({ status }) => status !== 503)).toEqual([]);
      held.release();
      expect((await Promise.all(running)).filter(({ status }) => status !== 200)).toEqual([]);
    }
    expect(service.requests.length).toBe(length + rounds * places);
    const text = await (await fetch(`${target.adminUrl}/metrics`)).text();
    expect(text).toContain(`overlock_requests_shed_total{reason="concurrency"} ${3 * rounds * places}\n`);
    expect(text).toContain('overlock_operations_in_flight 0\n');
  });

  it('are still counted after a reload of the configuration, whose own most they may not exceed', async () => {
    const target = await start({ maxConcurrency: 3 });
    const held = hold(service.healthy);
    service.behave(held.behaviour);
    const { length } = service.requests;
    const running = [ask(target), ask(target)];
    await service.arrived(length + 2);
    service.behave(service.healthy);
    await target.runtime.reload(configOf({ maxConcurrency: 2 }));
    expect((await ask(target)).status).toBe(503);
    held.release();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await ask(target)).status).toBe(200);
  });
});

describe('an event loop that is late', () => {
  it('has further requests refused while many are in flight, and answered as soon as it has caught up', async () => {
    const target = await start({ maxEventLoopDelay: '40ms', maxBacklog: '0s' });
    const { held, running } = await occupy(target);
    // The gateway runs in this process.
    const busyLoop = setInterval(() => {
      const end = performance.now() + 120;
      while (performance.now() < end);
    }, 1);
    await expect.poll(async () => (await ask(target)).status, { timeout: 15_000 }).toBe(503);
    const metrics = await (await fetch(`${target.adminUrl}/metrics`)).text();
    clearInterval(busyLoop);
    expect(metrics).toMatch(/^overlock_requests_shed_total\{reason="event_loop"\} [1-9]/m);
    await expect.poll(async () => (await ask(target)).status, { timeout: 5_000 }).toBe(200);
    held.release();
    expect((await Promise.all(running)).filter(({ status }) => status !== 200)).toEqual([]);
  });
});

describe('an event loop that never rests', () => {
  it('has further requests refused while more are in flight than can be answered in time, and not one that does', async () => {
    const target = await start({ maxBacklog: '500ms' });
    let isBusy = true;
    const turnOver = () => isBusy && setImmediate(turnOver);
    turnOver();
    const { held, running } = await occupy(target);
    await expect.poll(async () => (await ask(target)).status, { timeout: 15_000 }).toBe(503);
    const live = await fetch(`${target.origin}/health/live`);
    const metrics = await (await fetch(`${target.adminUrl}/metrics`)).text();
    expect([live.status, metrics.match(/overlock_requests_shed_total\{reason="(\w+)"\}/)?.[1]]).toEqual([
      200,
      'backlog',
    ]);
    isBusy = false;
    await expect.poll(async () => (await ask(target)).status, { timeout: 5_000 }).toBe(200);
    held.release();
    expect((await Promise.all(running)).filter(({ status }) => status !== 200)).toEqual([]);
  });
});

describe('an event loop that never rests, and more heavy operations than can be answered in time', () => {
  it('have further ones refused before anything is sent for them, and light ones answered', async () => {
    const target = await start({ maxBacklog: '500ms' });
    const askHeavy = async (field = 'query ($n: Int) { list(n: $n) }') => {
      const { status, headers, errors } = await target.ask(field, { n: asked++ });
      if (status !== 200)
        expect([headers.get('retry-after'), errors[0]?.extensions['code']]).toEqual(['1', 'OVERLOADED']);
      return status;
    };
    const mutate = () => askHeavy('mutation ($n: Int) { fill(n: $n) }');
    for (let run = 0; run < 3; run += 1) expect([await askHeavy(), await mutate()]).toEqual([200, 200]);
    let isBusy = true;
    const turnOver = () => isBusy && setImmediate(turnOver);
    turnOver();
    const held = hold(service.healthy);
    service.behave(held.behaviour);
    const running = Array.from({ length: 110 }, () => askHeavy());
    let refused: number | undefined;
    while (refused === undefined && running.length < 300) {
      const next = askHeavy();
      refused = await Promise.race([next, sleep(50, undefined)]);
      if (refused === undefined) running.push(next);
    }
    service.behave(service.healthy);
    const { length: fetched } = service.requests;
    expect([refused, await askHeavy(), await mutate(), await mutate()]).toEqual([503, 503, 503, 503]);
    expect(service.requests.length).toBe(fetched);
    const light = await Promise.all(Array.from({ length: 50 }, () => ask(target)));
    expect(light.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await fetch(`${target.origin}/health/ready`)).status).toBe(200);
    const metrics = await (await fetch(`${target.adminUrl}/metrics`)).text();
    expect(metrics.match(/^overlock_requests_shed_total.*$/gm)).toEqual([
      'overlock_requests_shed_total{reason="heavy"} 4',
    ]);
    isBusy = false;
    held.release();
    expect((await Promise.all(running)).filter((status) => status !== 200)).toEqual([]);
    expect([await askHeavy(), await mutate()]).toEqual([200, 200]);
  });
});

describe('subscriptions', () => {
  it('are counted apart from requests, until their clients leave', async () => {
    const target = await start({ maxConcurrency: 1, maxStreams: 2 });
    const ticking = eventStream((send) => send('event: next\ndata: {"data":{"ticks":1}}\n\n'));
    service.behave(ticking);
    const subscribe = () =>
      fetch(target.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { ticks }' }),
      });
    const open = [await subscribe(), await subscribe()];
    expect(open.map(({ status }) => status)).toEqual([200, 200]);
    const { length: fetched } = service.requests;
    const refused = await (await subscribe()).text();
    expect(refused).toContain('OVERLOADED');
    expect(service.requests.length).toBe(fetched);
    const metrics = async () => await (await fetch(`${target.adminUrl}/metrics`)).text();
    expect(await metrics()).toContain('overlock_streams_open 2\n');
    service.behave(service.healthy);
    expect((await ask(target)).status).toBe(200);

    await open[0]?.body?.cancel();
    await expect.poll(metrics, { timeout: 5_000 }).toContain('overlock_streams_open 1\n');
    service.behave(ticking);
    const again = await subscribe();
    expect(again.headers.get('content-type')).toContain('text/event-stream');
    expect(await metrics()).toContain('overlock_requests_shed_total{reason="streams"} 1\n');
    await Promise.all([open[1], again].map((response) => response?.body?.cancel()));
  });
});
