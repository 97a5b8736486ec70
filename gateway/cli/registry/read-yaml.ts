import path from 'node:path';
import { parse } from 'yaml';
import { readTextFile } from '../../config/read-text-file.ts';
import type { Terminal } from '../terminal.ts';

const maxBytes = 1024 ** 2;

/**
 * The value of a flag that takes YAML: a file, or the text of a mapping that begins with `{`.
 * @throws Error that names the file
 */
export async function readYaml(source: string, { cwd }: Pick<Terminal, 'cwd'>): Promise<unknown> {
  if (/^\s*\{/.test(source)) return parseYaml(source, 'The text in { }');
  const read = await readTextFile(path.resolve(cwd, source), maxBytes);
  if (read.kind === 'text') return parseYaml(read.text, source);
  throw new Error(`${source}: The file ${read.reason}.`);
}

function parseYaml(text: string, name: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new Error(`${name} is not YAML. ${error instanceof Error ? error.message : ''}`);
  }
}
