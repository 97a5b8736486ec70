import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { eventStream, hold, json, stall } from '../support/fake-subgraph.ts';
import { freePort } from '../support/free-port.ts';
import { type GatewayProcess, launchGateway, startGateway } from '../support/gateway-process.ts';
import { startLoad } from '../support/load.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

let users: ServedSubgraph;
let folder: TemporaryFolder;
let gateway: GatewayProcess;
beforeEach(async () => {
  users = await serveSubgraph({
    name: 'users',
    sdl: 'type Query { me: User slow(n: Int): Int } type Subscription { ticks: Int } type User { id: ID! }',
    resolvers: { Query: { me: () => ({ id: '1' }), slow: (_: unknown, { n }: { n: number }) => n } },
  });
  folder = await createTemporaryFolder();
});
afterEach(async () => {
  await gateway?.end('SIGKILL');
  await users.close();
  await folder.remove();
});

async function writeConfig(listen: Record<string, unknown> = {}): Promise<void> {
  await folder.write(
    'overlock.yaml',
    stringify({
      listen: { port: 0, ...listen },
      admin: { port: 0 },
      graph: { subgraphs: { users: { url: users.url } }, poll: '0s' },
    }),
  );
}

async function start(listen?: Record<string, unknown>): Promise<void> {
  await writeConfig(listen);
  gateway = await startGateway([], { cwd: folder.path });
}

/** Resolves when the gateway says that it is not ready any more. */
async function drainBegins(): Promise<void> {
  while ((await fetch(`${gateway.adminUrl}/health/ready`)).ok) await turn();
}

/** Sends operations that their subgraph does not answer before `release`; resolves once it has them all. */
async function sendHeld(count: number) {
  const held = hold(users.healthy);
  const isHeld = (query: string) => query.includes('slow');
  users.behave((response, request) => (isHeld(request.json.query) ? held.behaviour : users.healthy)(response, request));
  const answers = Array.from({ length: count }, (_, n) => ask(gateway.url, 'query ($n: Int) { slow(n: $n) }', { n }));
  while (users.requests.filter(({ body }) => isHeld(body)).length < count) {
    await users.arrived(users.requests.length + 1);
  }
  return { answers: Promise.all(answers), release: held.release };
}

const isRefused = (error: unknown) => error instanceof Error && JSON.stringify(error.cause)?.includes('ECONNREFUSED');

it('ends with 0 after everything in flight and all that still comes on open connections is answered', async () => {
  await start();
  const { answers, release } = await sendHeld(20);
  const load = startLoad(5, () => ask(gateway.url, '{ me { id } }'));
  await load.more(50);
  const ended = gateway.end();
  await drainBegins();
  release();
  expect((await answers).map(({ data }) => data)).toEqual(Array.from({ length: 20 }, (_, n) => ({ slow: n })));
  expect(await ended).toBe(0);
  const { answers: loaded, failures } = await load.stop();
  expect(failures.filter((error) => !isRefused(error))).toEqual([]);
  expect(loaded.filter(({ data }) => JSON.stringify(data) !== '{"me":{"id":"1"}}')).toEqual([]);
  expect(gateway.log()).not.toMatch(/"level":"(warn|error)"/);
});

it('says to close the connection in the last answer on it', async () => {
  await start();
  const { answers, release } = await sendHeld(1);
  const ended = gateway.end();
  await drainBegins();
  release();
  const [answer] = await answers;
  expect(answer?.headers.get('connection')).toBe('close');
  expect(await ended).toBe(0);
});

it('ends at once at the second signal', async () => {
  await start();
  const { answers } = await sendHeld(2);
  const lost = expect(answers).rejects.toThrow();
  const ended = gateway.end();
  await drainBegins();
  const startedAt = performance.now();
  await gateway.end();
  expect(await ended).not.toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  await lost;
});

it('cuts off what takes longer than the configured time, and says so', async () => {
  await start({ drainTimeout: '500ms' });
  const { answers } = await sendHeld(3);
  const lost = expect(answers).rejects.toThrow();
  const startedAt = performance.now();
  expect(await gateway.end()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  await lost;
  expect(gateway.log()).toMatch(/"aborted":3.*Requests were cut off/);
});

it('does not wait for an open subscription, which it ends', async () => {
  await start();
  users.behave(eventStream((send) => send('event: next\ndata: {"data":{"ticks":1}}\n\n')));
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { ticks }' }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let received = '';
  while (!received.includes('"ticks":1')) received += (await reader?.read())?.value ?? '';
  const subscription = users.requests.find(({ body }) => body.includes('subscription'));
  const startedAt = performance.now();
  expect(await gateway.end()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  await subscription?.abandoned;
});

it('ends a keep-alive connection that is idle', async () => {
  await start();
  expect((await ask(gateway.url, '{ me { id } }')).status).toBe(200);
  const startedAt = performance.now();
  expect(await gateway.end('SIGINT')).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('ends with 0 while it still waits for the schema of a subgraph, and stays ended', { timeout: 8_000 }, async () => {
  const held = hold(json({ data: { _service: { sdl: users.sdl } } }));
  users.behave(held.behaviour);
  await writeConfig();
  gateway = launchGateway([], { cwd: folder.path });
  const { abandoned } = await users.arrived(1);
  const ended = gateway.end();
  await Promise.race([abandoned, delay(500)]);
  held.release();
  expect(await ended).toBe(0);
  expect(gateway.url).toBe('');
});

it('ends with 0 while it tries again and again to get a schema', async () => {
  users.behave(stall);
  await writeConfig({ port: await freePort() });
  gateway = launchGateway(['--wait'], { cwd: folder.path });
  await users.arrived(1);
  const startedAt = performance.now();
  expect(await gateway.end()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
