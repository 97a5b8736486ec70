import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { readControlJson } from './control-body.ts';
import { sendWhole } from './send-whole.ts';

/** What is stored of answers, as operators see it. */
export interface ControlledCache {
  /** What there is, as JSON. */
  readonly report: () => Promise<unknown>;
  /** Takes away what a request names; gives what was done, as JSON. @throws GatewayError BAD_REQUEST */
  readonly purge: (named: unknown) => Promise<unknown>;
}

export const cachePath = '/control/cache';
const purgePath = `${cachePath}/purge`;
/** Names of a thousand things. */
const bodyMaxBytes = 1024 * 1024;

/** Whether a path is about what is stored of answers. */
export function isCachePath(path: string): boolean {
  return path === cachePath || path.startsWith(`${cachePath}/`);
}

/**
 * Answers what is stored at `GET /control/cache`, and takes away what `POST /control/cache/purge` names; resolves with what that was.
 * @throws GatewayError
 */
export async function answerCacheControl(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  cache: ControlledCache,
): Promise<unknown> {
  if (path === cachePath) {
    assertMethod(request, ['GET']);
    answer(response, await cache.report());
    return undefined;
  }
  if (path !== purgePath) throw new GatewayError('NOT_FOUND', `There are ${cachePath} and ${purgePath}.`);
  assertMethod(request, ['POST']);
  const named = await readControlJson(request, response, bodyMaxBytes);
  answer(response, await cache.purge(named));
  return named;
}

function answer(response: ServerResponse, body: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  sendWhole(response, 200, headers, JSON.stringify(body));
}
