import { z } from 'zod';

const digest = z.string().regex(/^[\da-f]{64}$/, 'must be a SHA-256 in hex');
const time = z.iso.datetime();

const apiKey = z.strictObject({
  id: z.string().regex(/^[a-z\d]{12}$/),
  client: z.string().min(1).max(100),
  sha256: digest,
  /** What a rotated key was before, and until when that still counts. */
  former: z.strictObject({ sha256: digest, expiresAt: time }).optional(),
  scopes: z.array(z.string().min(1)).default([]),
  tier: z.string().min(1).optional(),
  createdAt: time,
  expiresAt: time.optional(),
});

const keyFile = z
  .strictObject({ keys: z.array(apiKey).max(100_000) })
  .refine(({ keys }) => new Set(keys.map(({ id }) => id)).size === keys.length, 'names a key twice');

/** One API key as it is stored: its digest and what it stands for, never the key. Times are ISO 8601. */
export type ApiKey = z.output<typeof apiKey>;

/** Largest file of keys that is read. */
export const keyFileMaxBytes = 64 * 1024 ** 2;

/** The key that a value describes; `undefined` when it is none. */
export function parseApiKey(value: unknown): ApiKey | undefined {
  return apiKey.safeParse(value).data;
}

/** Reads a file of keys.
 * @throws Error with a sentence about the first thing that is wrong
 */
export function parseKeyFile(text: string): readonly ApiKey[] {
  const result = keyFile.safeParse(parseJson(text));
  if (result.success) return result.data.keys;
  const [issue] = result.error.issues;
  throw new Error(`It is no file of API keys: ${issue?.path.join('.')} ${issue?.message}.`);
}

/** A file of keys, one a line, so that differences can be read. */
export function formatKeyFile(keys: readonly ApiKey[]): string {
  return `{"keys":[\n${keys.map((key) => JSON.stringify(key)).join(',\n')}\n]}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('It is not JSON.');
  }
}
