import { randomFillSync } from 'node:crypto';

const traceIdBytes = 16;
const spanIdBytes = 8;
/** Of a trace id, the digits that are chosen by chance in all formats (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag). */
const randomDigits = 13;

const pool = Buffer.alloc(4_096);
let used = pool.length;

/** A new trace id in hex. */
export function newTraceId(): string {
  return randomHex(traceIdBytes);
}

/** A new span id in hex. */
export function newSpanId(): string {
  return randomHex(spanIdBytes);
}

/** Whether a trace is one of a share of them; the same for all who ask with the same id. */
export function isInShare(traceId: string, share: number): boolean {
  if (share >= 1) return true;
  return Number.parseInt(traceId.slice(-randomDigits), 16) < share * 16 ** randomDigits;
}

/** Asking for a few bytes at a time takes ten times as long. */
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
