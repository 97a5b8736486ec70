import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readTextFile } from '../config/read-text-file.ts';
import { type AccessMatrix, createAccessMatrix } from './access-matrix.ts';
import { diffLines } from './diff-lines.ts';
import { exitCodes } from './exit-codes.ts';
import { formatAccessMatrix } from './format-access-matrix.ts';
import { type LoadSupergraphOptions, loadSupergraph } from './load-supergraph.ts';
import { messagesOf } from './messages-of.ts';
import { openAccess } from './open-access.ts';
import { readOperations } from './read-operations.ts';
import { readRoles } from './read-roles.ts';
import type { Terminal } from './terminal.ts';

export interface AccessOptions extends LoadSupergraphOptions {
  /** File, relative to the working directory. */
  readonly roles: string;
  /** Folder, relative to the working directory. */
  readonly operations: string;
  /** File to write or to compare with, relative to the working directory. */
  readonly out: string | undefined;
  /** Whether to compare only. */
  readonly check: boolean;
  readonly json: boolean;
}

const defaultFile = 'access-matrix.md';
const matrixMaxBytes = 64 * 1024 * 1024;

/** Writes what every role gets of every operation, or holds it against a file; resolves to the exit code. */
export async function writeAccessMatrix(options: AccessOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr, cwd } = terminal;
  try {
    const matrix = await readMatrix(options, terminal);
    if (matrix === undefined) return exitCodes.failed;
    const text = options.json ? `${JSON.stringify(matrix, undefined, 2)}\n` : formatAccessMatrix(matrix);
    if (options.check) return await compare(text, options, terminal);
    if (options.out === undefined) stdout.write(text);
    else {
      await writeFile(path.resolve(cwd, options.out), text);
      stderr.write(`${stderr.colors.green('Wrote')} ${options.out}.\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}

async function readMatrix(options: AccessOptions, terminal: Terminal): Promise<AccessMatrix | undefined> {
  const roles = await readRoles(options.roles, terminal.cwd);
  const operations = await readOperations(path.resolve(terminal.cwd, options.operations));
  const loaded = await loadSupergraph(options, terminal);
  if (loaded === undefined) return undefined;
  const access = await openAccess(loaded, terminal.stderr);
  try {
    return await createAccessMatrix({ access, config: loaded.config, roles, operations });
  } finally {
    access.close();
  }
}

async function compare(text: string, { out = defaultFile }: AccessOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr, cwd } = terminal;
  const read = await readTextFile(path.resolve(cwd, out), matrixMaxBytes);
  if (read.kind === 'failed') {
    stderr.write(`${stderr.colors.red('error:')} ${out} ${read.reason}. Write it with --out ${out}.\n`);
    return exitCodes.failed;
  }
  // A checkout may have changed the ends of lines.
  const committed = read.text.replaceAll('\r\n', '\n');
  if (committed === text) {
    stdout.write(`${out} is as it should be.\n`);
    return exitCodes.ok;
  }
  for (const line of diffLines(committed, text)) {
    stdout.write(`${line.startsWith('-') ? stdout.colors.red(line) : stdout.colors.green(line)}\n`);
  }
  stderr.write(`${stderr.colors.red('error:')} ${out} differs. If that is meant, write it with --out ${out}.\n`);
  return exitCodes.failed;
}
