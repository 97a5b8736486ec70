import { readFile, stat } from 'node:fs/promises';

/** What a file holds, or why it cannot be had: words that go on after the file's name. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  ENAMETOOLONG: 'has a name that is too long',
};

/** Reads a UTF-8 file of at most `maxBytes`. */
export async function readTextFile(path: string, maxBytes: number): Promise<TextFile> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { kind: 'failed', reason: 'is a folder' };
    // A pipe or a device may have no end, or no beginning: opening it could wait for ever.
    if (!stats.isFile()) return { kind: 'failed', reason: 'is not a regular file' };
    if (stats.size > maxBytes) return { kind: 'failed', reason: `is larger than ${maxBytes} bytes` };
    const bytes = await readFile(path);
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { kind: 'failed', reason: 'is not UTF-8 text' };
    return { kind: 'failed', reason: reasons[code] ?? `cannot be read (${code})` };
  }
}
