import type { GraphQLSchema } from 'graphql';
import type { LimitsConfig } from '../config/limits.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { coerceVariables } from './coerce-variables.ts';
import { measureJson } from './measure-value.ts';
import type { Operation } from './operation.ts';
import { shorten } from './shorten.ts';

export interface VariablesReaderOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly limits: Pick<LimitsConfig, 'listLength' | 'inputDepth'>;
  /** Told of each request whose variables are above a limit. */
  readonly onDenied?: ((policy: 'limits', code: ErrorCode) => void) | undefined;
}

/**
 * Gives the values of an operation's variables, as {@link coerceVariables} does.
 *
 * @throws GatewayError MAX_INPUT_DEPTH_LIMIT, BAD_USER_INPUT or MAX_LIST_LENGTH_LIMIT.
 */
export type VariablesReader = (
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
) => Record<string, unknown>;

/** Creates a reader for one schema, which holds variables against the limits. */
export function createVariablesReader({ schema, limits, onDenied }: VariablesReaderOptions): VariablesReader {
  const { listLength, inputDepth } = limits;
  const refuse = (code: ErrorCode, name: string, complaint: string): never => {
    onDenied?.('limits', code);
    throw new GatewayError(code, `Variable "$${shorten(name)}" ${complaint}`);
  };

  return (operation, variables) => {
    let tooLong: string | undefined;
    for (const { variable } of operation.definition.variableDefinitions ?? []) {
      const name = variable.name.value;
      const measure = measureJson(Object.hasOwn(variables, name) ? variables[name] : undefined);
      if (measure.depth > inputDepth) {
        refuse('MAX_INPUT_DEPTH_LIMIT', name, `nests deeper than ${inputDepth}. Send a flatter value.`);
      }
      if (measure.listLength > listLength) tooLong ??= name;
    }
    // What is wrong with values says more than that there are too many of them, and coercion ends at 20 of those.
    const coerced = coerceVariables(schema, operation, variables);
    if (tooLong !== undefined) {
      refuse('MAX_LIST_LENGTH_LIMIT', tooLong, `has a list of more than ${listLength} values. Send fewer at once.`);
    }
    return coerced;
  };
}
