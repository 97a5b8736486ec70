import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type DocumentNode, execute, parse, validate } from 'graphql';
import { type Service, services } from './services.ts';
import { createSubgraphSchema } from './subgraph-schema.ts';

/** What came in since the start. */
interface FetchCounts {
  fetches: number;
  /** Those with the header `authorization`. */
  authorized: number;
}

/** What one request made of the subgraphs. */
interface FetchTrace {
  readonly fetches: number;
  /** How many fetches had to wait for one another, one after the other. */
  readonly waves: number;
}

/** The four subgraphs of the scenario on one port of 127.0.0.1. */
export interface Subgraphs {
  readonly urlOf: (name: string) => string;
  readonly counts: Readonly<FetchCounts>;
  /** Tells what fetches something makes that is run, and run again: each is slowed down, to see which of them wait for others. */
  readonly trace: (run: () => Promise<unknown>) => Promise<FetchTrace>;
  readonly close: () => Promise<void>;
}

interface Interval {
  readonly startedMs: number;
  endedMs: number;
}

/** Answers that are kept for each subgraph; the workloads have some ten. */
const answersMax = 20_000;

/** Far above what a gateway needs between two waves, so that what overlaps belongs to one. */
const traceDelayMs = 60;

/** On a busy machine fetches that could go together may miss one another; not every time. */
const traceTurns = 3;

/**
 * Starts the subgraphs. Answers are kept by the bytes of the request's body, so that they cost little, and the same for every
 * gateway.
 */
export async function startSubgraphs(served: Readonly<Record<string, Service>> = services): Promise<Subgraphs> {
  const subgraphs = new Map(Object.entries(served).map(([name, service]) => [`/${name}`, createAnswerer(service)]));
  const counts: FetchCounts = { fetches: 0, authorized: 0 };
  let traced: Interval[] | undefined;

  const server = createServer(async (request, response) => {
    const answer = subgraphs.get(request.url ?? '');
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    counts.fetches += 1;
    if (request.headers.authorization !== undefined) counts.authorized += 1;
    const interval = { startedMs: performance.now(), endedMs: Number.POSITIVE_INFINITY };
    const slow = traced !== undefined;
    traced?.push(interval);
    const bytes = await answer(await readBody(request));
    if (slow) await delay(traceDelayMs);
    interval.endedMs = performance.now();
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
  });
  // An idle connection must not close under a gateway's next request.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    urlOf: (name) => `http://127.0.0.1:${port}/${name}`,
    counts,
    async trace(run) {
      const traces: FetchTrace[] = [];
      for (let turn = 0; turn < traceTurns; turn += 1) {
        const intervals: Interval[] = [];
        traced = intervals;
        try {
          await run();
        } finally {
          traced = undefined;
        }
        traces.push({ fetches: intervals.length, waves: countWaves(intervals) });
      }
      return {
        fetches: Math.min(...traces.map(({ fetches }) => fetches)),
        waves: Math.min(...traces.map(({ waves }) => waves)),
      };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The longest chain of fetches of which each began after the one before had ended. */
function countWaves(intervals: readonly Interval[]): number {
  let waves = 0;
  let endedMs = Number.NEGATIVE_INFINITY;
  for (const interval of intervals.toSorted((a, b) => a.endedMs - b.endedMs)) {
    if (interval.startedMs < endedMs) continue;
    waves += 1;
    endedMs = interval.endedMs;
  }
  return waves;
}

function createAnswerer(service: Service): (body: Buffer) => Buffer | Promise<Buffer> {
  const schema = createSubgraphSchema(service);
  const documents = new Map<string, DocumentNode>();
  const answers = new Map<string, Buffer>();

  const parseOnce = (query: string): DocumentNode => {
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    return document;
  };
  const run = async (body: string): Promise<object> => {
    try {
      const { query, variables, operationName } = JSON.parse(body);
      const document = parseOnce(query);
      const errors = validate(schema, document);
      if (errors.length > 0) return { errors };
      return await execute({ schema, document, variableValues: variables, operationName });
    } catch (error) {
      return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
    }
  };
  return (body) => {
    const key = body.toString('latin1');
    return answers.get(key) ?? run(body.toString()).then((result) => keep(key, Buffer.from(JSON.stringify(result))));
  };

  function keep(key: string, bytes: Buffer): Buffer {
    if (answers.size >= answersMax) answers.clear();
    answers.set(key, bytes);
    return bytes;
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
