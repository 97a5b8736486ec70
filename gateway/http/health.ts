import type { ServerResponse } from 'node:http';
import { sendWhole } from './send-whole.ts';

/** Answers a health check: 200, or 503 with the reason when there is one. */
export function writeHealth(response: ServerResponse, problem: string | undefined): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  if (problem === undefined) sendWhole(response, 200, headers, '{"status":"ok"}');
  else sendWhole(response, 503, headers, JSON.stringify({ status: 'unavailable', reason: problem }));
}
