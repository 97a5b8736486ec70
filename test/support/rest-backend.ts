import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the backend was asked. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the backend answers: JSON of `json`, or `body` as it is. */
export interface BackendAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Buffer;
}

export interface RestBackend {
  readonly url: string;
  /** In the order of their arrival. */
  readonly seen: readonly SeenRequest[];
  readonly close: () => Promise<void>;
}

/** Starts an HTTP server on a free port of 127.0.0.1 that answers as told and remembers what it was asked. */
export async function startRestBackend(
  answer: (request: SeenRequest) => BackendAnswer | 'reset' | Promise<BackendAnswer | 'reset'>,
): Promise<RestBackend> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const asked = { method, target: url, headers, body: Buffer.concat(chunks) };
    seen.push(asked);
    const given = await answer(asked);
    if (given === 'reset') {
      request.socket.destroy();
      return;
    }
    const type = given.json === undefined ? {} : { 'content-type': 'application/json' };
    response.writeHead(given.status ?? 200, { ...type, ...given.headers });
    response.end(given.json === undefined ? given.body : JSON.stringify(given.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
