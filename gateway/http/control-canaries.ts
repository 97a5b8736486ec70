import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { readControlJson } from './control-body.ts';
import { sendWhole } from './send-whole.ts';

/** The canaries of subgraphs, as operators see them. */
export interface ControlledCanaries {
  /** What there is, as JSON. */
  readonly list: () => unknown;
  /** Does what is told of one; gives what became of it, as JSON. @throws GatewayError */
  readonly command: (subgraph: string, what: string, told: unknown) => Promise<unknown>;
}

export const canariesPath = '/control/canaries';
const bodyMaxBytes = 16 * 1024;

/** Whether a path is about canaries. */
export function isCanariesPath(path: string): boolean {
  return path === canariesPath || path.startsWith(`${canariesPath}/`);
}

/**
 * Answers which canaries there are at `GET /control/canaries`, and does at `POST /control/canaries/<subgraph>/<what>` what that says;
 * resolves with what was done.
 * @throws GatewayError
 */
export async function answerCanaryControl(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  canaries: ControlledCanaries,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (path === canariesPath) {
    assertMethod(request, ['GET']);
    answer(response, { canaries: canaries.list() });
    return undefined;
  }
  const [subgraph, what, ...more] = path.slice(canariesPath.length + 1).split('/');
  if (subgraph === undefined || what === undefined || more.length > 0) {
    const message = `There are ${canariesPath} and ${canariesPath}/<subgraph>/start, promote and abort.`;
    throw new GatewayError('NOT_FOUND', message);
  }
  assertMethod(request, ['POST']);
  const told = await readControlJson(request, response, bodyMaxBytes);
  const name = decode(subgraph);
  answer(response, await canaries.command(name, what, told));
  return { subgraph: name, what, told };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new GatewayError('BAD_REQUEST', 'The name of the subgraph is not encoded as it has to be in a URL.');
  }
}

function answer(response: ServerResponse, body: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  sendWhole(response, 200, headers, JSON.stringify(body));
}
