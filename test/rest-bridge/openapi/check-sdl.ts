import { composeServices } from '@theguild/federation-composition';
import { buildASTSchema, type DirectiveNode, type GraphQLSchema, parse, validateSchema, visit } from 'graphql';
import { expect } from 'vitest';
import { restDirectives } from '../../../rest-bridge/directives.ts';
import { type ImportOpenapiOptions, importOpenapi } from '../../../rest-bridge/openapi/import-openapi.ts';
import type { OpenapiError } from '../../../rest-bridge/openapi/openapi-error.ts';

const federation = /* GraphQL */ `
  directive @link(url: String!, import: [String!]) repeatable on SCHEMA
  directive @key(fields: String!) repeatable on OBJECT
`;

/** Imports a document and holds its SDL against GraphQL and the definitions of `@rest`. */
export async function importChecked(
  document: string | object,
  options: Partial<ImportOpenapiOptions> = {},
): Promise<{
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  readonly warnings: readonly string[];
  readonly baseUrl: string | undefined;
}> {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const { sdl, warnings, baseUrl } = await importOpenapi({ document: text, name: 'shop', ...options });
  const parsed = parse(`${federation} ${restDirectives} ${sdl}`);
  const schema = buildASTSchema(parsed);
  if (schema.getQueryType()) expect(validateSchema(schema)).toEqual([]);
  return { sdl, schema, baseUrl, warnings: warnings.map(({ pointer, message }) => `${pointer} ${message}`) };
}

/** The problems of a document that cannot be imported, one line each. */
export async function importRefused(
  document: string | object,
  options: Partial<ImportOpenapiOptions> = {},
): Promise<string[]> {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const error = await importOpenapi({ document: text, name: 'shop', ...options }).then(
    () => expect.unreachable('the import succeeded'),
    (error: OpenapiError) => error,
  );
  expect(error.name).toBe('OpenapiError');
  return error.message.split('\n');
}

/** An OpenAPI 3.0 document around paths and schemas. */
export function openapi(paths: object, schemas: object = {}, more: object = {}): object {
  return { openapi: '3.0.3', info: { title: 'Shop', version: '1' }, paths, components: { schemas }, ...more };
}

/** One GET that answers a schema. */
export function answering(schema: object, more: object = {}): object {
  return { get: { ...more, responses: { 200: { content: { 'application/json': { schema } } } } } };
}

/** One POST that takes a schema as its body. */
export function taking(schema: object, contentType = 'application/json', more: object = {}): object {
  return { post: { requestBody: { content: { [contentType]: { schema } } }, responses: { 204: {} }, ...more } };
}

export function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Holds an SDL against federation. */
export function expectComposes(sdl: string): void {
  const isRest = (node: DirectiveNode) => ['rest', 'restName', 'restType'].includes(node.name.value);
  const typeDefs = visit(parse(sdl), { Directive: (node) => (isRest(node) ? null : undefined) });
  // A supergraph needs a query, which the service of a document without GET leaves to others.
  const other = { name: 'other', url: 'http://other', typeDefs: parse('type Query { other: Boolean }') };
  const result = composeServices([{ name: 'shop', url: 'http://shop', typeDefs }, other]);
  expect((result.errors ?? []).map(({ message }) => message)).toEqual([]);
}
