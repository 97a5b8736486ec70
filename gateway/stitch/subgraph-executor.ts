import type { ExecutionRequest as StitchRequest } from '@graphql-tools/utils';
import { type ExecutionResult, type GraphQLSchema, getOperationAST, print } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { ExecutionRequest } from '../execute/engine.ts';
import { type SubgraphMessages, toFieldError, toSubgraphError } from '../execute/field-error.ts';
import { mapAsyncIterable } from '../lib/map-async-iterable.ts';
import type { FetchOperation, FetchRequest, FetchResult, Transport } from '../transport/send.ts';
import { checkAnswer } from './check-answer.ts';
import type { SubgraphExecutor } from './stitched-schema.ts';

export interface SubgraphExecutorOptions {
  readonly subgraph: string;
  /** The subgraph's own schema. */
  readonly schema: GraphQLSchema;
  readonly transport: Transport;
  readonly messages: SubgraphMessages;
}

/** What is handed to resolvers of one request. */
export interface StitchContext extends ExecutionRequest {
  readonly seen: {
    /** Whether a subgraph's answer was an old one. */
    stale: boolean;
  };
}

/** Lets graphql-tools reach one subgraph through its transport. A failure becomes an error for the stitched schema to place. */
export function createSubgraphExecutor(options: SubgraphExecutorOptions): SubgraphExecutor {
  const { subgraph, transport } = options;
  return async (request) => {
    const execution = request.context as StitchContext;
    const fetch: FetchRequest = {
      subgraph,
      operation: toFetchOperation(request),
      variables: request.variables,
      client: execution.client,
      signal: execution.signal,
    };
    try {
      const toResult = (result: FetchResult) => {
        execution.seen.stale ||= result.degraded !== undefined;
        return toStitchResult(fetch, result, options);
      };
      if (fetch.operation.kind !== 'subscription') return toResult(await transport.send(fetch));
      return mapAsyncIterable(await transport.subscribe(fetch), toResult);
    } catch (error) {
      if (error instanceof GatewayError) return { errors: [toFieldError(subgraph, error)] };
      throw error;
    }
  };
}

function toFetchOperation(request: StitchRequest): FetchOperation {
  const definition = getOperationAST(request.document, request.operationName);
  return {
    kind: definition?.operation ?? 'query',
    name: definition?.name?.value,
    document: request.document,
    text: print(request.document),
  };
}

/** graphql-tools writes into the data that it is given, so data that others see too is copied. */
function toStitchResult(
  fetch: FetchRequest,
  result: FetchResult,
  { schema, messages }: SubgraphExecutorOptions,
): ExecutionResult {
  const { document } = fetch.operation;
  const checked = checkAnswer({ data: result.data ?? null, document, variables: fetch.variables, schema });
  const data = result.shared === true ? structuredClone(checked.data) : checked.data;
  const errors = [...(result.errors ?? []), ...checked.errors];
  if (errors.length === 0) return { data };
  return { data, errors: errors.map((error) => toSubgraphError(fetch.subgraph, error, messages)) };
}
