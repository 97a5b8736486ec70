import { type DocumentNode, type ExecutionResult, execute } from 'graphql';
import { compileSchema, type RestSubgraphSource } from './compile-schema.ts';
import type { RestContext } from './rest-context.ts';
import { type RestCall, ScopeCalls } from './scope-calls.ts';
import { toFieldError } from './to-field-error.ts';

/** What a REST subgraph is made of, and how it is reached. */
export interface RestSubgraphOptions extends RestSubgraphSource {
  /** Most calls in flight at a time for one client request. */
  readonly maxConcurrency: number;
  readonly call: RestCall;
}

/** One operation for a REST subgraph; it has been validated against the supergraph. */
interface RestRequest {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
  /** The client request that this is for: what was loaded for it once, with its headers then, is not loaded again. */
  readonly scope: object;
  /** What goes to the backend with each call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the calls that this request makes. */
  readonly signal: AbortSignal | undefined;
}

/** A federation subgraph that is executed here, by calls to a REST service. */
export interface RestSubgraphExecutor {
  /** Answers root fields, `_service` and `_entities`; every error has `extensions.code` and `extensions.subgraph`. */
  readonly execute: (request: RestRequest) => Promise<ExecutionResult>;
}

/**
 * Makes a federation subgraph of a REST service, from the `@rest` directives in its SDL.
 *
 * @throws InvalidRestSubgraphError with everything that is wrong with the SDL or the URL.
 */
export function createRestSubgraph({ maxConcurrency, call, ...source }: RestSubgraphOptions): RestSubgraphExecutor {
  const schema = compileSchema(source);
  const scopes = new WeakMap<object, ScopeCalls>();
  const callsFor = (scope: object): ScopeCalls => {
    const calls = scopes.get(scope) ?? new ScopeCalls(call, maxConcurrency, scope);
    scopes.set(scope, calls);
    return calls;
  };
  return {
    execute: async ({ document, variables, operationName, scope, headers, signal }) => {
      const contextValue: RestContext = { calls: callsFor(scope), caller: { headers, signal } };
      const { data, errors } = await execute({
        schema,
        document,
        contextValue,
        variableValues: variables,
        operationName,
      });
      return {
        ...(data !== undefined && { data }),
        ...(errors && { errors: errors.map((error) => toFieldError(error, source.name)) }),
      };
    },
  };
}
