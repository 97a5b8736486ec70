import type { Server } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from './connections.ts';

/** A request that is on its way on a kept-alive connection arrives in this time; closing at once would lose it. */
const lastRequestsMs = 500;

/**
 * Stops accepting connections, lets what is in flight end, each answer closing its connection, and closes idle connections.
 * What is still in flight after `deadlineMs` is torn down and counted.
 */
export async function drain(
  server: Server,
  connections: Connections,
  deadlineMs: number,
): Promise<{ readonly aborted: number }> {
  const timers = new AbortController();
  const wait = (ms: number) => sleep(ms, undefined, { signal: timers.signal }).catch(() => {});
  const deadline = wait(deadlineMs);
  // The HTTP server's own close() would close idle connections at once.
  const closed = new Promise<unknown>((resolve) => TcpServer.prototype.close.call(server, resolve));
  connections.closeAfterAnswers();
  await Promise.race([closed, deadline, wait(lastRequestsMs)]);
  server.closeIdleConnections();
  await Promise.race([connections.idle(), deadline]);
  timers.abort();
  const aborted = connections.inFlight;
  connections.destroyAll();
  await closed;
  server.close();
  return { aborted };
}
