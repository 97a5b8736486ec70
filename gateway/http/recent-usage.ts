import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdminConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { assertOperator } from './control-access.ts';
import { writeProblem } from './control-problem.ts';
import { sendWhole } from './send-whole.ts';

export interface RecentUsageOptions {
  readonly access: Pick<AdminConfig, 'host' | 'token' | 'hosts'>;
  /** What the requests of the last hour came to in all processes of the gateway, as JSON. */
  readonly read: () => Promise<unknown>;
}

/** Answers operators what the requests of the last hour came to, by operation, client, tier, identity and country: `/usage/recent`. */
export function createRecentUsageHandler({ access, read }: RecentUsageOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      assertOperator(request, access);
      assertMethod(request, ['GET']);
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      sendWhole(response, 200, headers, JSON.stringify(await read()));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      writeProblem(response, error);
    }
  };
}
