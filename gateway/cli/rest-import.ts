import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { importOpenapi } from '../../rest-bridge/openapi/import-openapi.ts';
import { OpenapiError } from '../../rest-bridge/openapi/openapi-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export interface RestImportOptions {
  /** OpenAPI document, relative to the working directory. */
  readonly document: string;
  /** Name of the subgraph. */
  readonly name: string;
  /** Begins the name of every type and root field. */
  readonly prefix: string | undefined;
  /** Where to write the SDL, relative to the working directory; standard output without it. */
  readonly out: string | undefined;
}

/** Turns an OpenAPI document into federation SDL with `@rest`; resolves to the exit code. */
export async function importRest(options: RestImportOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr, cwd } = terminal;
  const { name, prefix = '', out } = options;
  const file = path.resolve(cwd, options.document);
  try {
    const document = await readFile(file, 'utf8');
    const { sdl, warnings, suggestion } = await importOpenapi({ document, name, prefix, baseDir: path.dirname(file) });
    for (const { pointer, message } of warnings) {
      stderr.write(`${stderr.colors.yellow('warning:')} ${stderr.colors.dim(pointer)} ${message}\n`);
    }
    if (out === undefined) stdout.write(sdl);
    else {
      await writeFile(path.resolve(cwd, out), sdl);
      stderr.write(`${stderr.colors.green('Wrote')} ${out}. Add to overlock.yaml:\n\n${suggestion}\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${options.document}: ${toReason(error)}\n`);
    return exitCodes.failed;
  }
}

function toReason(error: unknown): string {
  if (error instanceof OpenapiError) return error.message.replaceAll('\n', '\n  ');
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'there is no such file.';
  return error instanceof Error ? error.message : String(error);
}
