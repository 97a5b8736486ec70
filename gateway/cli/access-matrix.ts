import { type GraphQLSchema, isInputType, typeFromAST, valueFromAST } from 'graphql';
import type { Config } from '../config/config.ts';
import { anonymous, type Identity } from '../identity/identity.ts';
import { coerceVariables } from '../operation/coerce-variables.ts';
import type { Operation } from '../operation/operation.ts';
import type { DescribedAccess } from '../policy/authorization/describe-access.ts';
import { assumeIdentity } from './assumed-identity.ts';
import { messagesOf } from './messages-of.ts';
import type { Access } from './open-access.ts';
import type { OperationFile } from './read-operations.ts';
import type { Role } from './read-roles.ts';

/** What every role gets of every operation. */
export interface AccessMatrix {
  readonly roles: readonly string[];
  readonly operations: readonly {
    readonly operation: string;
    /** In the order of `roles`. */
    readonly access: readonly RoleAccess[];
  }[];
}

interface RoleAccess {
  readonly role: string;
  /** `partly` where the rest is run without what is denied. */
  readonly verdict: 'allowed' | 'denied' | 'partly';
  readonly denied: readonly Denied[];
}

/** A demand that is not met. */
interface Denied {
  readonly path: string;
  readonly requirement: string;
  readonly coordinate: string;
  readonly from: readonly string[];
}

interface AccessMatrixInput {
  readonly access: Access;
  readonly config: Pick<Config, 'authorization' | 'identity'>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly operations: readonly OperationFile[];
}

/**
 * Asks for every role and every operation what the gateway would say.
 * @throws Error with a sentence that names the file of an operation that is not valid
 */
export async function createAccessMatrix({
  access,
  config,
  roles,
  operations,
}: AccessMatrixInput): Promise<AccessMatrix> {
  const people = [...roles].map(([role, one]) => ({
    role,
    identity: toIdentity(one, config),
    clientName: one === 'anonymous' ? undefined : one.client,
  }));
  const denial = config.authorization.mode === 'filter' ? 'partly' : 'denied';
  const rows: AccessMatrix['operations'][number][] = [];
  for (const file of operations) {
    const asked = readAsked(file, access);
    const cells: RoleAccess[] = [];
    for (const { role, identity, clientName } of people) {
      const denied = toDenied(await access.explain({ ...asked, identity, clientName }));
      cells.push({ role, verdict: denied.length === 0 ? 'allowed' : denial, denied });
    }
    rows.push({ operation: file.name, access: cells });
  }
  return { roles: [...roles.keys()], operations: rows };
}

function toIdentity(role: Role, config: Pick<Config, 'identity'>): Identity {
  return role === 'anonymous' ? anonymous : assumeIdentity(role, config.identity);
}

function readAsked(
  { name, query, operationName, variables }: OperationFile,
  { readOperation, schema }: Access,
): { readonly operation: Operation; readonly variables: Readonly<Record<string, unknown>> } {
  try {
    const operation = readOperation({ query, operationName }, { method: 'POST' });
    const values =
      variables === undefined ? defaultsOf(operation, schema) : coerceVariables(schema, operation, variables);
    return { operation, variables: values };
  } catch (error) {
    throw new Error(`${name}: ${messagesOf(error).join(' ')}`);
  }
}

/** All that is known of variables that nobody gives. What a rule needs of the others it cannot evaluate, and so denies. */
function defaultsOf({ definition }: Operation, schema: GraphQLSchema): Readonly<Record<string, unknown>> {
  const defaults: Record<string, unknown> = Object.create(null);
  for (const { variable, type: node, defaultValue } of definition.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node);
    if (defaultValue !== undefined && isInputType(type)) {
      defaults[variable.name.value] = valueFromAST(defaultValue, type);
    }
  }
  return defaults;
}

/** Once each: a fragment that is spread twice brings its paths twice. */
function toDenied(paths: readonly DescribedAccess[]): readonly Denied[] {
  const denied = new Map<string, Denied>();
  for (const { path, demands } of paths) {
    for (const { requirement, coordinate, met, from } of demands) {
      const one: Denied = { path, requirement, coordinate, from };
      if (!met) denied.set(JSON.stringify(one), one);
    }
  }
  return [...denied.values()];
}
