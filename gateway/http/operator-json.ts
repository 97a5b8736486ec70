import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdminConfig } from '../config/listen.ts';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { assertOperator } from './control-access.ts';
import { writeProblem } from './control-problem.ts';
import { sendWhole } from './send-whole.ts';

export interface OperatorJsonOptions {
  readonly access: Pick<AdminConfig, 'host' | 'token' | 'hosts'>;
  /** @throws GatewayError when it cannot be read so */
  readonly read: (query: URLSearchParams) => unknown;
}

/** Lets operators, and nobody else, read something as JSON. */
export function createOperatorJsonHandler({ access, read }: OperatorJsonOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      assertOperator(request, access);
      assertMethod(request, ['GET']);
      const value = await read(new URLSearchParams(request.url?.split('?', 2)[1]));
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      sendWhole(response, 200, headers, JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      writeProblem(response, error);
    }
  };
}
