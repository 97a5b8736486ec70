import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeJwt } from 'jose';
import type { Config } from '../config/config.ts';
import { anonymous, type Identity } from '../identity/identity.ts';
import { coerceVariables } from '../operation/coerce-variables.ts';
import type { DescribedAccess } from '../policy/authorization/describe-access.ts';
import { assumeIdentity } from './assumed-identity.ts';
import { exitCodes } from './exit-codes.ts';
import { type LoadedSupergraph, type LoadSupergraphOptions, loadSupergraph } from './load-supergraph.ts';
import { messagesOf } from './messages-of.ts';
import { openAccess } from './open-access.ts';
import { readObjectFile } from './read-object-file.ts';
import type { Terminal } from './terminal.ts';

export interface ExplainOptions extends LoadSupergraphOptions {
  /** Files, relative to the working directory. */
  readonly document: string;
  readonly variables: string | undefined;
  readonly tokenClaims: string | undefined;
  readonly operation: string | undefined;
  /** A JSON Web Token, whose signature is not looked at. */
  readonly token: string | undefined;
  /** Names, separated by commas; `undefined` for nobody in particular. */
  readonly scopes: string | undefined;
  readonly roles: string | undefined;
  readonly clientName: string | undefined;
  readonly json: boolean;
}

/** Prints what of an operation is allowed to whom; resolves to the exit code. */
export async function explainOperation(options: ExplainOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const loaded = await loadSupergraph(options, terminal);
  if (loaded === undefined) return exitCodes.failed;
  try {
    const paths = await explainPaths(options, loaded, terminal);
    if (options.json) stdout.write(`${JSON.stringify(paths, undefined, 2)}\n`);
    else printPaths(paths, terminal);
    return paths.every(({ allowed }) => allowed) ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}

async function explainPaths(
  options: ExplainOptions,
  loaded: LoadedSupergraph,
  terminal: Terminal,
): Promise<readonly DescribedAccess[]> {
  const identity = await readIdentity(options, loaded.config, terminal);
  const query = await readFile(path.resolve(terminal.cwd, options.document), 'utf8');
  const given = options.variables === undefined ? {} : await readObjectFile(options.variables, terminal.cwd);
  const access = await openAccess(loaded, terminal.stderr);
  try {
    const operation = access.readOperation({ query, operationName: options.operation }, { method: 'POST' });
    const variables = coerceVariables(access.schema, operation, given);
    return await access.explain({ operation, variables, identity, clientName: options.clientName });
  } finally {
    access.close();
  }
}

function printPaths(paths: readonly DescribedAccess[], { stdout }: Terminal): void {
  const { colors, write } = stdout;
  for (const { path: steps, allowed, demands } of paths) {
    write(`${allowed ? colors.green('allowed') : colors.red('denied ')}  ${colors.bold(steps)}\n`);
    for (const { coordinate, requirement, met, from } of demands) {
      const origin = colors.dim(`(${from.join(', ')})`);
      write(`         ${met ? 'has' : 'lacks'} ${requirement} at ${coordinate} ${origin}\n`);
    }
  }
  write(paths.length === 0 ? 'Nothing of it is guarded.\n' : 'Nothing else of it is guarded.\n');
}

async function readIdentity(
  { token, tokenClaims, scopes, roles }: ExplainOptions,
  { identity }: Config,
  terminal: Terminal,
): Promise<Identity> {
  if (token !== undefined) return assumeIdentity({ claims: decodeJwt(token) }, identity);
  if (tokenClaims !== undefined)
    return assumeIdentity({ claims: await readObjectFile(tokenClaims, terminal.cwd) }, identity);
  if (scopes === undefined && roles === undefined) return anonymous;
  return assumeIdentity({ scopes: scopes?.split(','), roles: roles?.split(',') }, identity);
}
