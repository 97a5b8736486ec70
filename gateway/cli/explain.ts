import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildSchema } from 'graphql';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { toTokenIdentity } from '../identity/claims.ts';
import { anonymous, type Identity } from '../identity/identity.ts';
import { NotAccepted } from '../identity/not-accepted.ts';
import { coerceVariables } from '../operation/coerce-variables.ts';
import { createOperationReader } from '../operation/read-operation.ts';
import { createAuthorization } from '../policy/authorization/authorization.ts';
import type { FieldAccess } from '../policy/authorization/decide.ts';
import { describeRequirement } from '../policy/authorization/requirement.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import { exitCodes } from './exit-codes.ts';
import { type LoadSupergraphOptions, loadSupergraph } from './load-supergraph.ts';
import type { Terminal } from './terminal.ts';

export interface ExplainOptions extends LoadSupergraphOptions {
  /** Files, relative to the working directory. */
  readonly document: string;
  readonly variables: string | undefined;
  readonly tokenClaims: string | undefined;
  readonly operation: string | undefined;
  /** Names, separated by commas; `undefined` for nobody in particular. */
  readonly scopes: string | undefined;
  readonly roles: string | undefined;
  readonly clientName: string | undefined;
  readonly json: boolean;
}

/** One guarded path of an operation, as it is printed. */
interface ExplainedPath {
  readonly path: string;
  readonly allowed: boolean;
  readonly demands: readonly { readonly coordinate: string; readonly requirement: string; readonly met: boolean }[];
}

/** Prints what of an operation is allowed to whom; resolves to the exit code. */
export async function explainOperation(options: ExplainOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const loaded = await loadSupergraph(options, terminal);
  if (loaded === undefined) return exitCodes.failed;
  const { config, supergraph } = loaded;
  try {
    const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
    const identity = await readIdentity(options, config, terminal);
    const query = await read(options.document, terminal);
    const variables = options.variables === undefined ? {} : await readObject(options.variables, terminal);
    const reading = { schema, limits: config.limits, introspection: true, suggestions: true };
    const operation = createOperationReader(reading)({ query, operationName: options.operation }, { method: 'POST' });
    const warn = (message: string) => stderr.write(`${stderr.colors.yellow('warning:')} ${message}\n`);
    const log = { ...noTelemetry.log, warn, error: warn };
    const policy = createAuthorization({ supergraph, schema, config: config.authorization, log });
    const explained = await policy.explain({
      operation,
      variables: coerceVariables(schema, operation, variables),
      identity,
      client: { name: options.clientName, version: undefined },
      ip: undefined,
      requestId: 'explain',
    });
    const paths = explained.map(toExplainedPath);
    if (options.json) stdout.write(`${JSON.stringify(paths, undefined, 2)}\n`);
    else printPaths(paths, terminal);
    return paths.every(({ allowed }) => allowed) ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  }
}

function toExplainedPath({ path: steps, onlyFor, demands }: FieldAccess): ExplainedPath {
  return {
    path: steps.join('.') + (onlyFor === undefined ? '' : ` (of a ${onlyFor})`),
    allowed: demands.every(({ met }) => met),
    demands: demands.map(({ coordinate, requirement, met }) => ({
      coordinate,
      requirement: describeRequirement(requirement),
      met,
    })),
  };
}

function printPaths(paths: readonly ExplainedPath[], { stdout }: Terminal): void {
  const { colors, write } = stdout;
  for (const { path: steps, allowed, demands } of paths) {
    write(`${allowed ? colors.green('allowed') : colors.red('denied ')}  ${colors.bold(steps)}\n`);
    for (const { coordinate, requirement, met } of demands) {
      write(`         ${met ? 'has' : 'lacks'} ${requirement} at ${coordinate}\n`);
    }
  }
  write(paths.length === 0 ? 'Nothing of it is guarded.\n' : 'Nothing else of it is guarded.\n');
}

async function readIdentity(
  { tokenClaims, scopes, roles }: ExplainOptions,
  config: Config,
  terminal: Terminal,
): Promise<Identity> {
  if (tokenClaims !== undefined) {
    const claims = await readObject(tokenClaims, terminal);
    const issuer =
      config.identity.jwt.find((candidate) => candidate.issuer === claims['iss']) ?? config.identity.jwt[0];
    const mapping = issuer ?? { subject: 'sub', scopes: 'scope', roles: 'roles', tier: undefined };
    return toTokenIdentity(claims, mapping, { kind: 'jwt', issuer: issuer?.issuer ?? '', digest: '' });
  }
  if (scopes === undefined && roles === undefined) return anonymous;
  return { ...anonymous, kind: 'jwt', scopes: new Set(scopes?.split(',')), roles: new Set(roles?.split(',')) };
}

async function readObject(file: string, terminal: Terminal): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await read(file, terminal));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${file} must hold a JSON object.`);
  return { ...value };
}

async function read(file: string, { cwd }: Terminal): Promise<string> {
  return await readFile(path.resolve(cwd, file), 'utf8');
}

function messagesOf(error: unknown): readonly string[] {
  if (error instanceof GatewayError) return (error.errors ?? [error]).map(({ message }) => message);
  if (error instanceof NotAccepted || error instanceof SyntaxError || error instanceof TypeError)
    return [error.message];
  if (error instanceof Error && 'code' in error) return [error.message];
  throw error;
}
