import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { admit, assertAddress, assertMethod, meetExpectation } from './admission.ts';
import { createCors } from './cors.ts';
import { assertNotForged } from './csrf.ts';
import { asksForPage, createGraphiqlPage, explainPathOf } from './graphiql.ts';
import { createGraphiqlFiles } from './graphiql-files.ts';
import { writeHealth } from './health.ts';
import { jwksPath, writeJwks } from './jwks.ts';
import { LoadGuard } from './load-guard.ts';
import type { Reply } from './reply.ts';
import { toRequestHead } from './request-head.ts';
import { readRequestId } from './request-id.ts';
import { sendWhole } from './send-whole.ts';
import { writeRefusal } from './write-refusal.ts';
import { isStreamed, writeResponse } from './write-response.ts';

export interface HandlerParts {
  readonly config: Pick<Config, 'listen' | 'limits' | 'cors' | 'csrf' | 'graphiql' | 'compression'>;
  /** Answers a GraphQL request; a `GatewayError` it throws is answered as the refusal it is. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<Reply | Response>;
  /** Answers GraphiQL how an operation would be answered. Default: it is not told. */
  readonly explain?: HandlerParts['answer'] | undefined;
  /** The client's address, where a trusted proxy tells it. Default: that of the connection's other end. */
  readonly addressOf?: ((request: IncomingMessage) => string | undefined) | undefined;
  /** Why no requests should be sent here now, if so: for `/health/ready`. Overload is found out here. */
  readonly notReady: () => string | undefined;
  /** The keys that the gateway signs with, as JSON, where they are public. */
  readonly jwks?: (() => string | undefined) | undefined;
  readonly log: Logger;
  /** Counts what is in flight; to be kept over configurations. Default: one for this handler alone. */
  readonly load?: LoadGuard;
  /** Told of requests that are refused before GraphQL, for metrics. */
  readonly onRefused?: ((refusal: GatewayError, requestId: string) => void) | undefined;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * What every HTTP request passes before GraphQL, read from top to bottom: each step may refuse it, before anything of its body is
 * read. What the handler throws is a fault.
 */
export function createHandler({
  config,
  answer,
  explain,
  addressOf = remoteAddressOf,
  notReady,
  jwks = () => undefined,
  log,
  onRefused,
  load = new LoadGuard(),
}: HandlerParts): Handle {
  const { listen } = config;
  const cors = createCors(config.cors);
  const writePage = createGraphiqlPage(config.graphiql, listen.path);
  const writeFile = createGraphiqlFiles(listen.path);

  const serve = createServe(config, load);

  const route: Handle = async (request, response) => {
    const path = admit(request, listen);
    switch (path) {
      case listen.path:
        return serveEndpoint(request, response);
      case '/health/live':
        assertMethod(request, ['GET', 'HEAD']);
        return writeHealth(response, undefined);
      case '/health/ready':
        assertMethod(request, ['GET', 'HEAD']);
        return writeHealth(response, notReady() ?? (load.isOverloaded(listen) ? 'overloaded' : undefined));
      case jwksPath: {
        const keys = jwks();
        if (keys === undefined) throw nothingHere(listen.path);
        assertMethod(request, ['GET', 'HEAD']);
        return writeJwks(response, keys);
      }
      default:
        if (!config.graphiql.enabled) throw nothingHere(listen.path);
        return serveGraphiql(request, response, path);
    }
  };

  const serveEndpoint: Handle = async (request, response) => {
    assertAddress(() => addressOf(request), listen);
    const head = toRequestHead(request);
    setHeaders(response, cors.answerHeaders(head));
    if (request.method === 'OPTIONS') {
      return sendWhole(response, 204, { allow: 'GET, POST, OPTIONS', ...cors.preflightHeaders(head) }, '');
    }
    if (asksForPage(request)) {
      if (config.graphiql.enabled) return writePage(response);
      if (request.url === listen.path) throw noPage();
    }
    assertMethod(request, ['GET', 'POST', 'OPTIONS']);
    assertNotForged(head, config.csrf, cors.allows);
    await serve(request, response, answer);
  };

  /** What GraphiQL asks for beside the endpoint: pages of other origins get none of it. */
  const serveGraphiql = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    assertAddress(() => addressOf(request), listen);
    if (explain === undefined || path !== explainPathOf(listen.path)) {
      if (await writeFile(request, response, path)) return;
      throw nothingHere(listen.path);
    }
    assertMethod(request, ['POST']);
    assertNotForged(toRequestHead(request), config.csrf, () => false);
    await serve(request, response, explain);
  };

  return async (request, response) => {
    response.setHeader('x-request-id', readRequestId(request.headers['x-request-id']));
    response.setHeader('x-content-type-options', 'nosniff');
    try {
      await route(request, response);
    } catch (error) {
      if (!(error instanceof GatewayError) || response.headersSent) throw error;
      const requestId = requestIdOf(response);
      log.debug('A request was refused.', { requestId, code: error.code, status: error.status });
      onRefused?.(error, requestId);
      // A small body that came with the headers has been read by then, and its connection can be kept.
      await nextTurn();
      writeRefusal(response, error);
    }
  };
}

/** Runs what a request is for, as one of those that are in flight. */
function createServe({ listen, limits, compression }: HandlerParts['config'], load: LoadGuard) {
  return async (request: IncomingMessage, response: ServerResponse, run: HandlerParts['answer']): Promise<void> => {
    const leave = load.enter(listen, request.headers['content-length']);
    try {
      meetExpectation(request, response, limits.bodyBytes);
      const result = await run(request, response, requestIdOf(response));
      if (isStreamed(result)) leave();
      await writeResponse(result, response, compression);
    } finally {
      leave();
    }
  };
}

function requestIdOf(response: ServerResponse): string {
  return response.getHeader('x-request-id')?.toString() ?? '';
}

function remoteAddressOf({ socket }: IncomingMessage): string | undefined {
  return socket.remoteAddress;
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
}

/** The refusal of a request to a path that is none. */
export function nothingHere(endpoint: string): GatewayError {
  return new GatewayError('NOT_FOUND', `There is nothing at this path. GraphQL is at ${endpoint}.`);
}

function noPage(): GatewayError {
  return new GatewayError('NOT_ACCEPTABLE', 'There is no page here: GraphiQL is off. Send GraphQL by POST.');
}
