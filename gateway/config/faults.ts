import { z } from 'zod';
import { always, named, share, timeout } from './units.ts';

/** A coordinate of the schema, either part of which may hold `*` for any characters. */
const fieldPattern = z
  .string()
  .regex(/^[\w*]{1,128}\.[\w*]{1,128}$/, 'must be a field such as Product.price, Query.* or *.email');

const headerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be a header name in lower case');

/** As answers spell codes: a client is to see what it would see. */
const errorCode = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a code such as SUBGRAPH_TIMEOUT or SOLD_OUT');

const rule = z
  .strictObject({
    subgraphs: z.array(z.string().min(1)).min(1).optional().describe('Only fetches of these subgraphs.'),
    fields: z
      .union([fieldPattern, z.array(fieldPattern).min(1)], 'must be a field or a list of fields')
      .transform((patterns) => [patterns].flat())
      .optional()
      .describe('Only fetches that ask for one of these fields.'),
    headers: named(headerName, z.string())
      .optional()
      .describe('Only requests of clients with all of these headers, such as x-fault: slow.'),
    share: share().prefault('100%').describe('For how many of those, by chance.'),
    delay: timeout()
      .optional()
      .describe('The fetch takes so much longer; from the timeout of the subgraph on it fails with SUBGRAPH_TIMEOUT.'),
    error: errorCode
      .optional()
      .describe(
        'The fetch fails without being sent: with SUBGRAPH_UNREACHABLE, SUBGRAPH_TIMEOUT, SUBGRAPH_HTTP_ERROR, SUBGRAPH_CIRCUIT_OPEN, SUBGRAPH_OVERLOADED or SUBGRAPH_INVALID_RESPONSE as if that had happened, with any other code as if the subgraph had answered it.',
      ),
    status: z
      .int()
      .min(400)
      .max(599)
      .optional()
      .describe('With SUBGRAPH_HTTP_ERROR, the status of the answer. Default: 503.'),
    abort: z
      .enum(['subgraph', 'client'])
      .optional()
      .describe(
        'Which connection is cut: that to the subgraph, which the client sees as SUBGRAPH_UNREACHABLE, or its own.',
      ),
  })
  .refine(({ delay, error, abort }) => [delay, error, abort].some((given) => given !== undefined), {
    message: 'needs delay, error or abort',
    ...always,
  })
  .refine(({ error, abort }) => error === undefined || abort === undefined, {
    message: 'must not have both error and abort',
    ...always,
  })
  .refine(({ error, status }) => status === undefined || error === 'SUBGRAPH_HTTP_ERROR', {
    message: 'is only for error: SUBGRAPH_HTTP_ERROR',
    path: ['status'],
    ...always,
  });

/** Faults that fetches are given on purpose, to see how clients bear them. */
export const faultsSection = z
  .strictObject({
    inProduction: z
      .boolean()
      .default(false)
      .describe('Whether there may be rules although NODE_ENV is production. Otherwise they are refused there.'),
    rules: z
      .array(rule)
      .max(100)
      .default([])
      .describe(
        'All rules that a fetch falls under count, in turn: delays add up, and the first error or abort ends it.',
      ),
  })
  .prefault({});

export type FaultRule = z.output<typeof rule>;
