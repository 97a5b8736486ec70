import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One request that arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as JSON, for GraphQL requests. */
  readonly json: { query: string; operationName?: string; variables?: Record<string, unknown> };
  /** Tells connections apart. */
  readonly clientPort: number | undefined;
  /** Resolves when the caller hangs up before it has the whole answer. */
  readonly abandoned: Promise<void>;
}

/** How the next requests are answered, for better or worse. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

export interface FakeSubgraph {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** From now on. */
  behave: (behaviour: Behaviour) => void;
  /** Resolves when `count` requests have arrived in all. */
  arrived: (count: number) => Promise<ReceivedRequest>;
  close: () => Promise<void>;
}

/** A real HTTP server that records what it is asked and answers as it is told. */
export async function startFakeSubgraph(behaviour: Behaviour = json({ data: {} })): Promise<FakeSubgraph> {
  const requests: ReceivedRequest[] = [];
  const arrivals: { readonly count: number; readonly resolve: (request: ReceivedRequest) => void }[] = [];
  let current = behaviour;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
      get json() {
        return JSON.parse(body);
      },
      clientPort: incoming.socket.remotePort,
      abandoned: new Promise((resolve) => {
        response.once('close', () => {
          if (!response.writableFinished) resolve();
        });
      }),
    };
    requests.push(request);
    current(response, request);
    for (const { count, resolve } of arrivals) if (requests.length >= count) resolve(request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    behave(next) {
      current = next;
    },
    arrived(count) {
      const last = requests[count - 1];
      if (last !== undefined) return Promise.resolve(last);
      return new Promise((resolve) => arrivals.push({ count, resolve }));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Answers JSON. */
export function json(value: unknown, options: AnswerOptions = {}): Behaviour {
  return text(JSON.stringify(value), {
    ...options,
    headers: { 'content-type': 'application/json', ...options.headers },
  });
}

/** Answers a body as it is. */
export function text(body: string | Buffer, { status = 200, headers = {} }: AnswerOptions = {}): Behaviour {
  return (response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.writeHead(status).end(body);
  };
}

/** Answers later, when `release` is called. */
export function hold(behaviour: Behaviour): { readonly behaviour: Behaviour; readonly release: () => void } {
  const held: (() => void)[] = [];
  return {
    behaviour: (response, request) => held.push(() => behaviour(response, request)),
    release: () => {
      for (const go of held.splice(0)) go();
    },
  };
}

/** Never answers. */
export const stall: Behaviour = () => {};

/** Hangs up instead of answering. */
export const reset: Behaviour = (response) => {
  response.socket?.resetAndDestroy();
};

/** Begins an answer, and hangs up before its end. */
export const truncate: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":{"me":', () => response.socket?.destroy());
};

/** Sends one byte every now and then, and never comes to an end. */
export const trickle: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":"');
  const timer = setInterval(() => response.write('.'), 5);
  response.once('close', () => clearInterval(timer));
};

/** Sends without end. */
export const flood: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(65_536, 'x');
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pour);
  response.write('{"data":{"x":"');
  pour();
};

/** Sends bytes that need not be HTTP. */
export function raw(bytes: string): Behaviour {
  return (response) => {
    response.socket?.end(bytes);
  };
}

/** A body of `bytes` that is small on the wire. */
export function gzipBomb(bytes: number): Behaviour {
  const body = gzipSync(Buffer.alloc(bytes, ' '));
  return text(body, { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } });
}

/** Begins an event stream; `send` writes to it. */
export function eventStream(
  begin: (send: (chunk: string | Buffer) => void, response: ServerResponse) => void,
): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    begin((chunk) => response.write(chunk), response);
  };
}
