import { assertValidSchema, type GraphQLSchema } from 'graphql';
import type { LimitsConfig } from '../config/limits.ts';
import { type ErrorCode, GatewayError, isLimitCode } from '../errors.ts';
import { assertWithinLimits } from './assert-within-limits.ts';
import { createOperationChooser } from './choose-operation.ts';
import { measureDocument } from './measure-document.ts';
import type { Operation, OperationParams } from './operation.ts';
import { keyTextMaxLength, OperationCache, type ReadText } from './operation-cache.ts';
import { parseDocument } from './parse-document.ts';
import { validateDocument } from './validate-document.ts';

export interface OperationReaderOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly limits: LimitsConfig;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  /** Whether refusals may tell names of the schema that are like the one that was sent. */
  readonly suggestions: boolean;
  /** What was read is kept here. Default: a cache of its own. */
  readonly cache?: OperationCache;
  /** Told for each request whether its document was known, refused documents included. */
  readonly onCacheAsked?: ((hit: boolean) => void) | undefined;
  /** Told of each request whose document is above a limit, or asks for the schema where it may not. */
  readonly onDenied?: ((policy: 'limits' | 'introspection', code: ErrorCode) => void) | undefined;
}

/**
 * Gives the operation that a request asks for.
 *
 * @throws GatewayError when the document is refused, the operation is not clear, or a mutation comes by GET.
 */
export type OperationReader = (params: OperationParams, transport: { readonly method: 'GET' | 'POST' }) => Operation;

/** Measured on typical queries, in bytes of heap. */
const tokenBytes = 100;
const entryBytes = 2_000;

/**
 * Creates a reader for one schema: text to parsed, held against the limits, validated, chosen. Everything that depends on
 * the text alone is done once and kept, refusals too; the cache is bounded by count and by bytes.
 *
 * @throws Error when the schema is not valid: the first request would find out otherwise.
 */
export function createOperationReader(options: OperationReaderOptions): OperationReader {
  assertValidSchema(options.schema);
  const cache = options.cache ?? new OperationCache(options.limits.cachedOperations);

  return ({ query, operationName }, { method }) => {
    if (query === undefined) {
      throw new GatewayError('BAD_REQUEST', 'The request has no document. Send its text as "query".');
    }
    let known = cache.use(query);
    options.onCacheAsked?.(known !== undefined);
    known ??= cache.keep(query, readText(query, cache, options));
    const { read, chosen } = known;
    if (read.kind === 'refused') {
      const { code } = read.refusal;
      if (isLimitCode(code)) options.onDenied?.('limits', code);
      if (code === 'INTROSPECTION_DISABLED') options.onDenied?.('introspection', code);
      throw read.refusal;
    }
    const operation = read.choose(operationName, query);
    chosen.add(operation);
    if (operation.kind === 'mutation' && method === 'GET') {
      throw new GatewayError('METHOD_NOT_ALLOWED', 'Mutations are not run by GET. Send this one by POST.', {
        headers: { allow: 'POST' },
      });
    }
    return operation;
  };
}

function readText(
  text: string,
  cache: OperationCache,
  { schema, limits, introspection, suggestions }: OperationReaderOptions,
): ReadText {
  try {
    const document = parseDocument(text, limits);
    const measure = measureDocument(document);
    assertWithinLimits(measure, limits, introspection);
    const twin = cache.twinOf(document);
    if (twin?.kind === 'readable') return { ...twin, bytes: entryBytes + 2 * text.length };
    validateDocument(schema, { text, document, measure }, suggestions);
    return {
      kind: 'readable',
      choose: createOperationChooser(document, measure),
      // The names of the nodes are slices that keep the text alive.
      bytes: entryBytes + 2 * text.length + (document.tokenCount ?? 0) * tokenBytes,
    };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { kind: 'refused', refusal: error, bytes: entryBytes + 2 * Math.min(text.length, keyTextMaxLength) };
  }
}
