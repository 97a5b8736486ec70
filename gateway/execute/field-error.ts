import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { type GatewayError, withoutStack } from '../errors.ts';

/** Whether clients see the texts of errors that subgraphs answer; codes are always kept. */
export type SubgraphMessages = 'masked' | 'shown';

/** An error as a subgraph answered it (https://spec.graphql.org/draft/#sec-Errors), its shape checked. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: unknown;
}

const codePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const messageMaxLength = 1_000;

/** An error that is safe for clients as it stands. Whatever else surfaces in an answer is a fault. */
export class FieldError extends GraphQLError {
  constructor(message: string, options: GraphQLErrorOptions) {
    const restore = withoutStack();
    super(message, options);
    restore();
  }
}

/** The field error for a fetch that failed: its code and the subgraph's name, nothing of the cause. */
export function toFieldError(subgraph: string, failure: GatewayError): FieldError {
  return new FieldError(failure.message, {
    originalError: failure,
    extensions: { ...failure.extensions, code: failure.code, subgraph },
  });
}

/** The field error for an error that a subgraph answered, or that stands for what it did not; `path` is still the subgraph's. */
export function toSubgraphError(subgraph: string, error: SubgraphError, messages: SubgraphMessages): FieldError {
  if (error instanceof FieldError) return error;
  const shown = messages === 'shown';
  const message = shown
    ? error.message.slice(0, messageMaxLength)
    : `The subgraph "${subgraph}" answered with an error.`;
  const code = codeOf(error.extensions) ?? 'SUBGRAPH_ERROR';
  return new FieldError(message, {
    path: error.path,
    extensions: {
      ...(shown ? safeExtensions(error.extensions) : {}),
      ...(code === 'SUBGRAPH_HTTP_ERROR' && statusOf(error.extensions)),
      code,
      subgraph,
    },
  });
}

/** A REST service's status is told like that of any fetch that failed. */
function statusOf(extensions: unknown): { readonly status: number } | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('status' in extensions)) return undefined;
  const { status } = extensions;
  return typeof status === 'number' && Number.isInteger(status) ? { status } : undefined;
}

function codeOf(extensions: unknown): string | undefined {
  if (typeof extensions !== 'object' || extensions === null || !('code' in extensions)) return undefined;
  const { code } = extensions;
  return typeof code === 'string' && codePattern.test(code) ? code : undefined;
}

/** A subgraph must not decide the status of the response (`http`), nor show a stack. */
function safeExtensions(extensions: unknown): Record<string, unknown> {
  if (typeof extensions !== 'object' || extensions === null) return {};
  const internal = new Set(['http', 'stacktrace', 'exception', 'unexpected', '__proto__']);
  return Object.fromEntries(Object.entries(extensions).filter(([name]) => !internal.has(name)));
}
