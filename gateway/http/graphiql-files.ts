import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { assertMethod } from './admission.ts';
import { chooseEncoding, compressOnce } from './compress.ts';
import { type ConsoleFile, findScripts, toFile } from './console-files.ts';
import { besidePath } from './graphiql.ts';
import { sendWhole } from './send-whole.ts';

/** Answers one of the scripts of the page; gives whether there is one at the path. */
type WriteFile = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>;

/** Where the scripts begin, below the folder of the console's. */
const first = 'graphiql/main.js';

/** The scripts that GraphiQL for the endpoint at `endpoint` has beside its page. They tell nothing of the gateway. */
export function createGraphiqlFiles(endpoint: string): WriteFile {
  const base = besidePath(endpoint, 'app');
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  return async (request, response, asked) => {
    if (!asked.startsWith(`${base}/`)) return false;
    files ??= readScripts(findScripts());
    const file = (await files).get(asked.slice(base.length + 1));
    if (file === undefined) return false;
    assertMethod(request, ['GET', 'HEAD']);
    const { type, etag, body } = file;
    const headers = {
      'content-type': type,
      'cache-control': 'no-cache',
      'cross-origin-resource-policy': 'same-origin',
      etag,
      vary: 'Accept-Encoding',
    };
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    if (request.headers['if-none-match'] === etag) sendWhole(response, 304, headers, '');
    else if (encoding === undefined) sendWhole(response, 200, headers, body);
    else sendWhole(response, 200, { ...headers, 'content-encoding': encoding }, await compressOnce(body, encoding));
    return true;
  };
}

const importedFrom = /\bfrom '(\.{1,2}\/[\w./-]+\.js)'/g;

/** Reads the first script and all that it imports, and nothing else of the console, by their paths in `folder`. */
async function readScripts(folder: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const files = new Map<string, ConsoleFile>();
  const wanted = [first];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (files.has(name)) continue;
    const text = await readFile(path.join(folder, name), 'utf8');
    files.set(name, toFile('js', text));
    for (const [, imported = ''] of text.matchAll(importedFrom)) {
      wanted.push(path.posix.join(path.posix.dirname(name), imported));
    }
  }
  return files;
}
