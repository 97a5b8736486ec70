import { once } from 'node:events';
import type { Server } from 'node:http';

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A server cannot listen; the message is for the person at the terminal. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Resolves with the origin, such as `http://127.0.0.1:4101`, once `server` accepts connections. @throws ListenError */
export async function listen(server: Server, name: string, { host, port }: Address): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new ListenError(`${name} cannot listen on ${host}:${port}: ${toReason(error)}`, { cause: error });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/** @throws ListenError when the text is no TCP port. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new ListenError(`"${text}" is not a port. Give a whole number from 0 to 65535; 0 takes a free port.`);
}

function toReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'the port is taken. End what uses it, or choose another port.';
  if (code === 'EACCES') return 'this port needs more rights. Choose one above 1023.';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address.';
  return error instanceof Error ? error.message : String(error);
}
