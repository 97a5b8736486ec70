import { buildSchema, type GraphQLSchema } from 'graphql';
import { formatPath } from '../config/problem.ts';
import type { Identity } from '../identity/identity.ts';
import type { Operation } from '../operation/operation.ts';
import { createOperationReader, type OperationReader } from '../operation/read-operation.ts';
import { createAuthorization } from '../policy/authorization/authorization.ts';
import { type DescribedAccess, describeAccess, type OriginsOf } from '../policy/authorization/describe-access.ts';
import { Origins } from '../policy/authorization/origins.ts';
import { createPolicySource } from '../policy/authorization/policies/create-policy-source.ts';
import type { Logger } from '../telemetry/logger.ts';
import { noTelemetry } from '../telemetry/no-telemetry.ts';
import type { LoadedSupergraph } from './load-supergraph.ts';
import type { Output } from './terminal.ts';

interface AskedAccess {
  readonly operation: Operation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
  readonly clientName: string | undefined;
}

/** Decides as a gateway with that configuration and supergraph would, and says why. */
export interface Access {
  readonly schema: GraphQLSchema;
  readonly readOperation: OperationReader;
  readonly explain: (asked: AskedAccess) => Promise<readonly DescribedAccess[]>;
  readonly close: () => void;
}

/** @throws Error with a sentence for the operator when there can be no decisions */
export async function openAccess(loaded: LoadedSupergraph, stderr: Output): Promise<Access> {
  const { config, supergraph } = loaded;
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const log = createWarningLogger(stderr);
  const policySource = createPolicySource(config.authorization.policies, log);
  const problem = await policySource?.open();
  if (problem !== undefined) {
    policySource?.close();
    throw new Error(problem);
  }
  const policy = createAuthorization({ supergraph, schema, config: config.authorization, policySource, log });
  const originsOf = createOriginsOf(loaded);
  return {
    schema,
    readOperation: createOperationReader({ schema, limits: config.limits, introspection: true, suggestions: true }),
    async explain({ clientName, ...asked }) {
      const client = { name: clientName, version: undefined };
      const explained = await policy.explain({ ...asked, client, ip: undefined, requestId: 'explain' });
      return explained.map((access) => describeAccess(access, originsOf));
    },
    close: () => policySource?.close(),
  };
}

function createOriginsOf({ configFile, supergraph, subgraphs }: LoadedSupergraph): OriginsOf {
  // A plain GraphQL service may use these names for something else.
  const origins = new Origins(
    supergraph,
    subgraphs?.filter(({ kind }) => kind !== 'graphql'),
  );
  return (demand) => {
    const { requirement } = demand;
    if ('index' in requirement) {
      const place = formatPath(['authorization', 'rules', requirement.index]);
      return [`${configFile ?? 'configuration'} ${place}`];
    }
    const names = origins.of(demand);
    return names.length === 0 ? ['supergraph'] : names;
  };
}

function createWarningLogger({ write, colors }: Output): Logger {
  const warn: Logger['warn'] = (message, fields = {}) => {
    const { error } = fields;
    write(`${colors.yellow('warning:')} ${message}${error instanceof Error ? ` ${error.message}` : ''}\n`);
  };
  return { ...noTelemetry.log, warn, error: warn };
}
