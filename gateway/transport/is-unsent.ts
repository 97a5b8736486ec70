import { GraphQLError } from 'graphql';

/** Codes of fetches that are refused before anything is sent. */
const refusals: ReadonlySet<unknown> = new Set([
  'SUBGRAPH_BLOCKED',
  'SUBGRAPH_CIRCUIT_OPEN',
  'SUBGRAPH_OVERLOADED',
  'OVERLOADED',
]);

/** Codes of Node.js and undici for connections that never came to be. */
const connectFailures: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** How far causes are followed. */
const depthMost = 5;

/** Whether an error of a fetch says that nothing of it can have reached the subgraph; in doubt it does not. */
export function isUnsent(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < depthMost && typeof cause === 'object' && cause !== null; depth++) {
    const code = Reflect.get(cause, 'code');
    if (refusals.has(code) || connectFailures.has(code)) return true;
    cause = cause instanceof GraphQLError ? cause.originalError : Reflect.get(cause, 'cause');
  }
  return false;
}
