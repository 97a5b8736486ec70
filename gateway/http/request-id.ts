import { randomUUID } from 'node:crypto';

const safe = /^[\w.:/+=@~-]{1,128}$/;

/** The id that the caller gave its request when it is 1 to 128 characters that are safe in headers and logs, else a new UUID. */
export function readRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && safe.test(given) ? given : randomUUID();
}
