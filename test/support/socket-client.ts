import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

/** A message of the protocol. */
interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client that says exactly what it is told, for what real clients never say. */
export interface SocketClient {
  readonly webSocket: WebSocket;
  /** Sends a value as JSON, or a text as it is. */
  readonly send: (message: unknown) => void;
  readonly subscribe: (id: string, query: string, more?: Readonly<Record<string, unknown>>) => void;
  /** The next message; rejects when the socket closes before. */
  readonly next: () => Promise<SocketMessage>;
  /** The message that `connection_init` leads to. */
  readonly init: (payload?: unknown) => Promise<SocketMessage>;
  /** All answers to one operation, up to its end. */
  readonly ask: (query: string, more?: Readonly<Record<string, unknown>>) => Promise<readonly SocketMessage[]>;
  /** Resolves with how the socket was closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly close: () => Promise<void>;
}

export interface SocketClientOptions extends ClientOptions {
  /** Default: that of GraphQL over WebSockets. */
  readonly protocols?: readonly string[];
}

/** Opens a socket at an http URL; rejects when it is refused. */
export async function openSocket(url: string, options: SocketClientOptions = {}): Promise<SocketClient> {
  const { protocols = ['graphql-transport-ws'], ...more } = options;
  const webSocket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], more);
  const received: SocketMessage[] = [];
  const waiting: { resolve: (message: SocketMessage) => void; reject: (error: Error) => void }[] = [];
  webSocket.on('message', (data) => {
    const message: SocketMessage = JSON.parse(data.toString());
    const waiter = waiting.shift();
    if (waiter === undefined) received.push(message);
    else waiter.resolve(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    webSocket.once('close', (code, reason) => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`The socket was closed: ${code} ${reason}`));
      resolve({ code, reason: reason.toString() });
    });
  });
  await once(webSocket, 'open');
  webSocket.on('error', () => {});

  const send: SocketClient['send'] = (message) =>
    webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const subscribe: SocketClient['subscribe'] = (id, query, rest) =>
    send({ id, type: 'subscribe', payload: { query, ...rest } });
  const next: SocketClient['next'] = () => {
    const message = received.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (webSocket.readyState === WebSocket.CLOSED) return Promise.reject(new Error('The socket is closed.'));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  let asked = 0;
  return {
    webSocket,
    send,
    subscribe,
    next,
    init(payload) {
      send({ type: 'connection_init', payload });
      return next();
    },
    async ask(query, rest) {
      asked += 1;
      subscribe(`asked-${asked}`, query, rest);
      const messages: SocketMessage[] = [];
      do messages.push(await next());
      while (messages.at(-1)?.type === 'next');
      return messages;
    },
    closed,
    async close() {
      webSocket.close();
      await closed;
    },
  };
}

/** Opens a socket whose client has said who it is. */
export async function connectSocket(
  url: string,
  payload?: unknown,
  options?: SocketClientOptions,
): Promise<SocketClient> {
  const client = await openSocket(url, options);
  const { type } = await client.init(payload);
  if (type !== 'connection_ack') throw new Error(`The socket was not accepted: ${type}`);
  return client;
}

/** The status and body of the refusal that a request for a socket gets. */
export function refusalOf(
  url: string,
  options: SocketClientOptions = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: Readonly<Record<string, unknown>> }> {
  const { protocols = ['graphql-transport-ws'], ...more } = options;
  const webSocket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], more);
  return new Promise((resolve, reject) => {
    webSocket.once('error', reject).once('open', () => {
      webSocket.terminate();
      reject(new Error('The socket was opened.'));
    });
    webSocket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
  });
}
