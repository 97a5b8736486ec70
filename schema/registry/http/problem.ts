import { z } from '@hono/zod-openapi';
import { Refusal } from '../refusal.ts';
import { StoreError } from '../store/store-error.ts';

/** What is wrong with schemas. */
export const problemsShape = z.array(
  z
    .object({
      code: z.string(),
      message: z.string(),
      subgraph: z.string().optional(),
      coordinate: z.string().optional().describe('Where in the schema, such as Product.price.'),
    })
    .openapi('SchemaProblem'),
);

/** A refusal as it is answered (https://www.rfc-editor.org/rfc/rfc9457). */
export const problemShape = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('A sentence that says what is wrong and, where there is something to do, what to do.'),
    code: z.string().describe('Stable, in capitals.'),
    problems: problemsShape.optional().describe('All that is wrong with the schemas.'),
  })
  .openapi('Problem');

/** The answer of a refusal. */
export function toProblemResponse({ code, status, message, details }: Refusal, headers: HeadersInit = {}): Response {
  const title = code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');
  const all = new Headers(headers);
  all.set('content-type', 'application/problem+json; charset=utf-8');
  all.set('cache-control', 'no-store');
  if (code === 'UNAUTHENTICATED') all.set('www-authenticate', 'Bearer realm="registry"');
  if (status === 503) all.set('retry-after', '5');
  const body = { type: 'about:blank', title, status, detail: message, code, ...details };
  return new Response(JSON.stringify(body), { status, headers: all });
}

/** What was thrown as a refusal: what nobody foresaw as a fault that says nothing. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) {
    return new Refusal('STORE_UNAVAILABLE', 'The database cannot be used now. Try again in a minute.', {
      cause: error,
    });
  }
  return new Refusal('INTERNAL_ERROR', 'Unexpected error.', { cause: error });
}
