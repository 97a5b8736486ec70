import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { icon } from '../../console/page/icon.ts';
import { page } from '../../console/page/page.ts';
import { stylesheet } from '../../console/page/stylesheet.ts';

/** A file of the console as browsers get it. */
export interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/**
 * Reads all files of the console, by the paths at which browsers ask for them.
 * @param base where its page is
 */
export async function readConsoleFiles(base: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const plots = path.dirname(fileURLToPath(import.meta.resolve('uplot')));
  const files = new Map([
    [base, toFile('html', page)],
    [`${base}/style.css`, toFile('css', stylesheet)],
    [`${base}/icon.svg`, toFile('svg', icon)],
    [`${base}/uplot.js`, toFile('js', await readFile(path.join(plots, 'uPlot.esm.js')))],
    [`${base}/uplot.css`, toFile('css', await readFile(path.join(plots, 'uPlot.min.css')))],
  ]);
  const folder = findScripts();
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.js')) continue;
    files.set(`${base}/app/${name}`, toFile('js', await readFile(path.join(folder, name))));
  }
  return files;
}

/** The scripts as they were compiled: beside this file as it was, or where the sources are run, where they are compiled to. */
export function findScripts(): string {
  const places = ['../../console/app/', '../../dist/console/app/'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(path.join(place, 'main.js')));
  if (found === undefined) throw new Error('The console is not compiled. Run npm run build.');
  return found;
}

/** A text as browsers get it. */
export function toFile(kind: keyof typeof types, text: string | Buffer): ConsoleFile {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type: types[kind], etag, body };
}
