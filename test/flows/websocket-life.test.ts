import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { type Behaviour, eventStream, hold } from '../support/fake-subgraph.ts';
import { composeSdl, type Federation, startFederation } from '../support/federation.ts';
import { type Sections, toConfig } from '../support/gateway.ts';
import { startGateway } from '../support/gateway-process.ts';
import { serveSubgraph } from '../support/served-subgraph.ts';
import { connectSocket, type openSocket, refusalOf, type SocketClient } from '../support/socket-client.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const chat = {
  sdl: 'type Query { rooms: Int  slow: Int  large: String } type Subscription { said: String }',
  resolvers: { Query: { rooms: () => 2, slow: () => 1, large: () => 'x'.repeat(200_000) } },
};
const subscription = 'subscription { said }';

const releases: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

async function start(sections: Sections = {}): Promise<Federation<'chat'>> {
  const gateway = await startFederation({ subgraphs: { chat }, sections });
  releases.push(gateway.stop);
  return gateway;
}

async function connect(url: string, options?: Parameters<typeof openSocket>[1]): Promise<SocketClient> {
  const client = await connectSocket(url, undefined, options);
  releases.push(async () => {
    client.webSocket.terminate();
    await client.closed;
  });
  return client;
}

/** Subscribes and resolves with what sends events. */
async function subscribe(gateway: Federation<'chat'>, client: SocketClient, id = 'events') {
  const { chat: service } = gateway.subgraphs;
  let say: (text: string) => void = () => {};
  const { length } = service.requests;
  service.behave((response, request) => {
    const stream = eventStream((send) => {
      say = (text) => send(`event: next\ndata: ${JSON.stringify({ data: { said: text } })}\n\n`);
    });
    (request.body.includes('subscription') ? stream : service.healthy)(response, request);
  });
  client.subscribe(id, subscription);
  const { abandoned } = await service.arrived(length + 1);
  return { say, abandoned };
}

const kinds = (messages: readonly { readonly type: string }[]) => messages.map(({ type }) => type);

describe('a client that does not read', () => {
  /** Sends as fast as it is taken. */
  const flood = (sent: { bytes: number }): Behaviour =>
    eventStream((_send, response) => {
      const event = `event: next\ndata: {"data":{"said":"${'x'.repeat(10_000)}"}}\n\n`;
      const pour = () => {
        do sent.bytes += event.length;
        while (response.write(event));
      };
      response.on('drain', pour);
      pour();
    });

  it('slows its subscription down and is closed with 1013, while others are served', async () => {
    const gateway = await start({ listen: { writeTimeout: '800ms' }, webSocket: { keepAlive: '2s' } });
    const { chat: service } = gateway.subgraphs;
    const sent = { bytes: 0 };
    service.behave((response, request) =>
      (request.body.includes('subscription') ? flood(sent) : service.healthy)(response, request),
    );
    const [stuck, other] = [await connect(gateway.url), await connect(gateway.url)];
    stuck.subscribe('1', subscription);
    await stuck.next();
    stuck.webSocket.pause();
    const { abandoned } = service.requests.at(-1) ?? {};
    const before = process.memoryUsage.rss();
    let isAbandoned = false;
    void abandoned?.then(() => {
      isAbandoned = true;
    });
    while (!isAbandoned) expect(kinds(await other.ask('{ rooms }'))).toEqual(['next', 'complete']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 ** 2);
    stuck.webSocket.resume();
    expect(await stuck.closed).toMatchObject({ code: 1013 });
  });

  it('is closed with 1013 when more answers wait for it than may', async () => {
    const gateway = await start({ webSocket: { maxBuffered: '1mb' } });
    const client = await connect(gateway.url);
    expect(kinds(await client.ask('{ large }'))).toEqual(['next', 'complete']);
    client.webSocket.pause();
    for (let count = 0; count < 90; count += 1) client.subscribe(`${count}`, '{ large }');
    for (const query of ['{ large }', '{ rooms }']) expect((await gateway.ask(query)).status).toBe(200);
    client.webSocket.resume();
    expect(await client.closed).toMatchObject({ code: 1013 });
  });
});

describe('a WebSocket on which nothing happens', () => {
  it('is cut off when its client does not answer pings, or runs nothing, and is else kept', async () => {
    const gateway = await start({ webSocket: { keepAlive: '400ms', idleTimeout: '1s' } });
    const [silent, idle, busy] = [
      await connect(gateway.url, { autoPong: false }),
      await connect(gateway.url),
      await connect(gateway.url),
    ];
    const { say } = await subscribe(gateway, busy);
    expect(await silent.closed).toMatchObject({ code: 1006 });
    expect(await idle.closed).toMatchObject({ code: 1000 });
    say('Still here.');
    expect(await busy.next()).toMatchObject({ payload: { data: { said: 'Still here.' } } });
  });
});

describe('a change at run time', () => {
  it('of the configuration counts for operations on WebSockets that are open', async () => {
    const gateway = await start();
    const client = await connect(gateway.url);
    const { say, abandoned } = await subscribe(gateway, client);
    const configOf = (sections: Sections) => toConfig({ ...sections, graph: { supergraph: gateway.supergraphFile } });
    await gateway.runtime.reload(configOf({ limits: { aliases: 1 } }));
    expect(await client.ask('{ a: rooms b: rooms }')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'MAX_ALIASES_LIMIT' } }] },
    ]);
    say('Still here.');
    expect(await client.next()).toMatchObject({ payload: { data: { said: 'Still here.' } } });
    await gateway.runtime.reload(configOf({ webSocket: { enabled: false } }));
    client.subscribe('last', '{ rooms }');
    expect(await client.closed).toMatchObject({ code: 1001 });
    await abandoned;
    expect(await refusalOf(gateway.url)).toMatchObject({ status: 400 });
    expect((await gateway.ask('{ rooms }')).data).toEqual({ rooms: 2 });
  });

  it('of the schema leaves a subscription on that which it began with', async () => {
    const gateway = await start();
    const client = await connect(gateway.url);
    const { say } = await subscribe(gateway, client);
    const { chat: service } = gateway.subgraphs;
    const more = { ...service, sdl: service.sdl.replace('rooms: Int', 'rooms: Int floors: Int') };
    expect(kinds(await client.ask('{ floors }'))).toEqual(['error']);
    await writeFile(gateway.supergraphFile, composeSdl([more]));
    await gateway.runtime.refresh();
    expect(kinds(await client.ask('{ floors }'))).toEqual(['next', 'complete']);
    say('Still here.');
    expect(await client.next()).toMatchObject({ payload: { data: { said: 'Still here.' } } });
  });
});

describe('a gateway that is told to end', () => {
  it('answers what it owes, closes with 1001 without ending subscriptions, and opens no further ones', async () => {
    const gateway = await start();
    const [asking, listening] = [await connect(gateway.url), await connect(gateway.url)];
    const { abandoned } = await subscribe(gateway, listening);
    await subscribe(gateway, asking);
    const { chat: service } = gateway.subgraphs;
    const held = hold(service.healthy);
    service.behave(held.behaviour);
    const { length } = service.requests;
    asking.subscribe('slow', '{ slow }');
    await service.arrived(length + 1);
    const stopped = gateway.runtime.stop();
    expect(await listening.closed).toMatchObject({ code: 1001 });
    await expect(listening.next()).rejects.toThrow();
    await abandoned;
    asking.subscribe('late', '{ rooms }');
    held.release();
    expect(await asking.next()).toEqual({ id: 'slow', type: 'next', payload: { data: { slow: 1 } } });
    expect(await asking.next()).toEqual({ id: 'slow', type: 'complete' });
    expect(await asking.closed).toMatchObject({ code: 1001 });
    await stopped;
    expect(gateway.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});

describe('a gateway of its own process', { timeout: 60_000 }, () => {
  async function startProcess(sections: Sections) {
    const service = await serveSubgraph({ name: 'chat', ...chat });
    const folder = await createTemporaryFolder();
    await folder.write('chat.graphql', chat.sdl);
    const graph = { subgraphs: { chat: { url: service.url, schema: 'chat.graphql' } }, poll: '0s' };
    await folder.write('overlock.yaml', stringify({ listen: { port: 0 }, admin: { port: 0 }, graph, ...sections }));
    const gateway = await startGateway([], { cwd: folder.path });
    releases.push(async () => {
      await gateway.end('SIGKILL');
      await service.close();
      await folder.remove();
    });
    return { gateway, service };
  }

  it('takes WebSockets in each of its workers, and ends in time', async () => {
    const { gateway, service } = await startProcess({ listen: { port: 0, workers: 2 } });
    service.behave((response, request) =>
      (request.body.includes('subscription') ? eventStream(() => {}) : service.healthy)(response, request),
    );
    const socketsOf = async () =>
      [...(await (await fetch(`${gateway.adminUrl}/metrics`)).text()).matchAll(/^overlock_sockets_open\{.*\} (\d+)$/gm)]
        .map(([, count]) => Number(count))
        .filter((count) => count > 0);
    const clients: SocketClient[] = [];
    await vi.waitFor(
      async () => {
        clients.push(await connect(gateway.url));
        expect(await socketsOf()).toHaveLength(2);
      },
      { timeout: 30_000 },
    );
    for (const client of clients) {
      expect((await client.ask('{ rooms }'))[0]?.payload).toEqual({ data: { rooms: 2 } });
      client.subscribe('events', subscription);
    }
    const startedAt = performance.now();
    expect(await gateway.end()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 1001 });
  });

  it('needs little memory for WebSockets that wait', async () => {
    const { gateway } = await startProcess({});
    const { pid } = gateway.child;
    const rss = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    const warm = await Promise.all(Array.from({ length: 100 }, () => connect(gateway.url)));
    const before = rss();
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => connect(gateway.url)));
    expect((rss() - before) / clients.length).toBeLessThan(40);
    const latencies: number[] = [];
    for (let count = 0; count < 50; count += 1) {
      const startedAt = performance.now();
      expect((await fetch(`${gateway.url}?query={rooms}`, { headers: { 'x-overlock-csrf': '1' } })).status).toBe(200);
      latencies.push(performance.now() - startedAt);
    }
    expect(latencies.sort((a, b) => a - b)[47]).toBeLessThan(200);
    for (const { webSocket } of [...clients, ...warm]) webSocket.close();
    await Promise.all([...clients, ...warm].map(({ closed }) => closed));
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toContain('\noverlock_sockets_open 0\n');
  });
});
