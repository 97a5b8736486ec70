import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdminConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { assertOperator } from './control-access.ts';
import { writeProblem } from './control-problem.ts';
import { sendWhole } from './send-whole.ts';

export interface UsageOptions {
  readonly access: Pick<AdminConfig, 'host' | 'token' | 'hosts'>;
  /** Reads a part of what is used of limits, as JSON; an empty cursor begins. @throws Error with a sentence when it cannot be read. */
  readonly read: (cursor: string, client: string | undefined) => Promise<unknown>;
}

const cursorPattern = /^\d{0,20}$/;

/** Answers operators what is used of limits: `/usage`, with `?client=` for one client and `?cursor=` for more. */
export function createUsageHandler({ access, read }: UsageOptions) {
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    assertOperator(request, access);
    assertMethod(request, ['GET']);
    const query = new URLSearchParams(request.url?.split('?', 2)[1]);
    const cursor = query.get('cursor') ?? '';
    if (!cursorPattern.test(cursor)) throw new GatewayError('BAD_REQUEST', 'The cursor must be one that was answered.');
    const page = await read(cursor, query.get('client') ?? undefined).catch(refuse);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
    sendWhole(response, 200, headers, JSON.stringify(page));
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await route(request, response);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      writeProblem(response, error);
    }
  };
}

function refuse(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new GatewayError('OVERLOADED', `What is used cannot be read: ${reason}`);
}
