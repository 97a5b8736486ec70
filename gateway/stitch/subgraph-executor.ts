import type { ExecutionRequest as StitchRequest } from '@graphql-tools/utils';
import { type ExecutionResult, getOperationAST, print } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { ExecutionRequest } from '../execute/engine.ts';
import { type SubgraphMessages, toFieldError, toSubgraphError } from '../execute/field-error.ts';
import { mapAsyncIterable } from '../lib/map-async-iterable.ts';
import type { FetchOperation, FetchRequest, FetchResult, Transport } from '../transport/send.ts';
import { dropMisshapen } from './drop-misshapen.ts';
import type { SubgraphExecutor } from './stitched-schema.ts';

/** Lets graphql-tools reach one subgraph through its transport. A failure becomes an error for the stitched schema to place. */
export function createSubgraphExecutor(
  subgraph: string,
  transport: Transport,
  messages: SubgraphMessages,
): SubgraphExecutor {
  return async (request) => {
    const execution = request.context as ExecutionRequest;
    const fetch: FetchRequest = {
      subgraph,
      operation: toFetchOperation(request),
      variables: request.variables,
      client: execution.client,
      signal: execution.signal,
    };
    try {
      const toResult = (result: FetchResult) => toStitchResult(fetch, result, messages);
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
function toStitchResult(fetch: FetchRequest, result: FetchResult, messages: SubgraphMessages): ExecutionResult {
  const own = result.shared === true ? structuredClone(result.data) : result.data;
  const { data, errors: dropped } = dropMisshapen(own ?? null, fetch.operation.document);
  const errors = [...(result.errors ?? []), ...dropped].map((error) =>
    toSubgraphError(fetch.subgraph, error, messages),
  );
  return errors.length === 0 ? { data } : { data, errors };
}
