import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { GatewayError } from '../errors.ts';
import { sendWhole } from './send-whole.ts';

/** Answers a refusal to an operator as problem details (https://www.rfc-editor.org/rfc/rfc9457). */
export function writeProblem(response: ServerResponse, { code, status, message, headers }: GatewayError): void {
  const problem = { title: STATUS_CODES[status], status, detail: message, code };
  const all = { ...headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' };
  sendWhole(response, status, all, `${JSON.stringify(problem)}\n`);
}
