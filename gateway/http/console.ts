import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseEncoding, compressOnce } from './compress.ts';
import { type ConsoleFile, readConsoleFiles } from './console-files.ts';
import { sendWhole } from './send-whole.ts';

/** The console may show itself, and ask nobody but this port. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // It is another one after an update, at the same paths.
  'cache-control': 'no-cache',
};

const consolePath = '/console';

/** Whether a path is one of the console. */
export function isConsolePath(path: string): boolean {
  return path === consolePath || path.startsWith(`${consolePath}/`);
}

/**
 * Answers browsers the console: `/console`, and the files beside it. They tell nothing of the gateway, so that everybody may have them;
 * what they ask for is for operators.
 */
export function createConsoleHandler() {
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    files ??= readConsoleFiles(consolePath);
    const known = await files;
    const file = known.get(path === `${consolePath}/` ? consolePath : path);
    if (file === undefined) {
      const text = { 'content-type': 'text/plain; charset=utf-8' };
      return sendWhole(response, 404, text, `There is nothing here. The console is at ${consolePath}.\n`);
    }
    const { type, etag, body } = file;
    const all = { ...headers, 'content-type': type, etag, vary: 'Accept-Encoding' };
    if (request.headers['if-none-match'] === etag) return sendWhole(response, 304, all, '');
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    if (encoding === undefined) return sendWhole(response, 200, all, body);
    sendWhole(response, 200, { ...all, 'content-encoding': encoding }, await compressOnce(body, encoding));
  };
}
