import { randomFillSync } from 'node:crypto';

const traceIdDigits = 32;
const spanIdDigits = 16;
/** Of a trace id, the digits that are chosen by chance in all formats (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag). */
const randomDigits = 13;

const pool = Buffer.alloc(4_096);
let digits = '';
let used = 0;

/** A new trace id in hex. */
export function newTraceId(): string {
  return takeDigits(traceIdDigits);
}

/** A new span id in hex. */
export function newSpanId(): string {
  return takeDigits(spanIdDigits);
}

/** Tells whether a trace is one of a share of them; the same for all who ask with the same id. */
export function createIsInShare(share: number): (traceId: string) => boolean {
  if (share >= 1) return () => true;
  // Digits are compared as they are, as the first of them nearly always decides.
  const end = Math.floor(share * 16 ** randomDigits)
    .toString(16)
    .padStart(randomDigits, '0');
  return (traceId) => {
    const start = traceId.length - randomDigits;
    for (let index = 0; index < randomDigits; index += 1) {
      const difference = traceId.charCodeAt(start + index) - end.charCodeAt(index);
      if (difference !== 0) return difference < 0;
    }
    return false;
  };
}

/** A part of a long text costs a tenth of what writing a few bytes does. */
function takeDigits(count: number): string {
  if (used + count > digits.length) {
    digits = randomFillSync(pool).toString('hex');
    used = 0;
  }
  used += count;
  return digits.slice(used - count, used);
}
