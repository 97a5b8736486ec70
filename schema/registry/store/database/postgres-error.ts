import { StoreError } from '../store-error.ts';

/** Whether a transaction came in another one's way and can be tried again. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error));
}

/** Whether the connection is as before: the server has answered, with an error. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}

/**
 * Says what operators can do about an error of PostgreSQL; `place` is where it is, without secrets. An error that they can do nothing
 * about stays as it is.
 */
export function toPostgresStoreError(error: unknown, place: string): unknown {
  const code = codeOf(error);
  // Something is there already that may be there once: what was asked for is wrong, not the database.
  if (error instanceof StoreError || code.startsWith('23')) return error;
  return new StoreError(`PostgreSQL at ${place} ${sentenceOf(code, error)}`, { cause: error });
}

const sentences: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/^28/, 'refuses the user or the password. Correct them in the connection string.'],
  [/^3D000$/, 'has no such database. Create it, and let the user of the connection string own it.'],
  [/^42501$/, 'does not let the user do this. Let the user of the connection string own the database.'],
  [/^42P07$/, 'has tables of something else in this database. Create a database for the registry alone.'],
  [/^25006$/, 'can only be read. Name the primary in the connection string, not a standby.'],
  [/^53100$/, 'has a full disk. Nothing of the change was kept. Make room and try again.'],
  [/^53300$/, 'has no connection left. Raise its max_connections, or let fewer programs use it.'],
  [/^(57014|55P03)$/, 'took too long. Nothing of the change was kept. Look for what keeps it busy, and try again.'],
  [/^40/, 'was asked for too much at once. Nothing of the change was kept. Try again.'],
  [
    /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|ERR_TLS)/,
    'shows a certificate that is not trusted. Name its authority with sslrootcert in the connection string.',
  ],
];

const unreachable =
  'cannot be reached. See that it runs and that the host and port of the connection string are right.';

function sentenceOf(code: string, error: unknown): string {
  const known = sentences.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return known;
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('SASL') || message.includes('password')) return sentences[0]?.[1] ?? unreachable;
  if (message.includes('does not support SSL'))
    return 'offers no TLS. Take sslmode out of the connection string, or turn it on there.';
  if (message.startsWith('timeout exceeded'))
    return 'has given no connection in time. See that it runs and is not too busy.';
  if (/^(57P|08)/.test(code) || !/^[\dA-Z]{5}$/.test(code)) return unreachable;
  return `answers ${code}, which is not expected of it. Nothing of the change was kept.`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
