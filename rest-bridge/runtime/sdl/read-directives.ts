import { buildASTSchema, type ConstDirectiveNode, GraphQLError, getArgumentValues, parse } from 'graphql';
import { z } from 'zod';
import { restDirectives } from '../../directives.ts';
import { DirectiveError } from '../rest-problem.ts';

const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);
const listOf = <T extends z.ZodType>(type: T) =>
  z
    .array(type)
    .nullish()
    .transform((value) => value ?? []);

const named = z.object({ name: z.string(), value: z.string() });
const style = z
  .enum(['FORM', 'FORM_EXPLODED', 'SPACE_DELIMITED', 'PIPE_DELIMITED', 'DEEP_OBJECT', 'JSON'])
  .nullish()
  .transform((value) => value ?? 'FORM_EXPLODED');

const restArguments = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string(),
  query: listOf(named.extend({ style })),
  headers: listOf(named),
  body: optional(
    z.object({
      type: z.enum(['JSON', 'FORM', 'TEXT', 'MULTIPART', 'BINARY']),
      value: optional(z.string()),
      fields: optional(z.array(named)),
    }),
  ),
  select: optional(z.string()),
  errors: z
    .object({ null: listOf(z.number()), exposeBody: optional(z.boolean()), message: optional(z.string()) })
    .nullish()
    .transform((errors) => errors ?? { null: [404], exposeBody: undefined, message: undefined }),
  batch: optional(z.object({ matchOn: optional(z.string()), maxSize: z.number().nullish() })),
});

const restTypeArguments = z.object({
  discriminator: optional(z.string()),
  mapping: listOf(z.object({ value: z.string(), type: z.string() })),
});

const restNameArguments = z.object({ name: z.string() });

const keyArguments = z.object({ fields: z.string(), resolvable: z.boolean() });

/** One `@rest`, its defaults filled in. */
export type RestDirective = z.output<typeof restArguments>;
/** How a list or an object is written into a query parameter. */
export type RestStyle = RestDirective['query'][number]['style'];
/** What a `@rest` sends. */
export type RestBody = NonNullable<RestDirective['body']>;
/** One `@restType`, its defaults filled in. */
export type RestTypeDirective = z.output<typeof restTypeArguments>;
/** One `@key`. */
export type KeyDirective = z.output<typeof keyArguments>;

/** What can carry a directive: a definition's node. */
export type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;

const key = /* GraphQL */ `
  directive @key(fields: String!, resolvable: Boolean! = true) repeatable on OBJECT | INTERFACE
`;
const definitions = buildASTSchema(parse(restDirectives + key), { assumeValid: true });

/** @throws DirectiveError when a `@rest` is not as its definition says. */
export function readRest(node: Directed): readonly RestDirective[] {
  return argumentsOf('rest', node).map((values) => restArguments.parse(values));
}

/**
 * The name in the backend, when `@restName` gives one.
 *
 * @throws DirectiveError when a `@restName` is not as its definition says.
 */
export function readRestName(node: Directed): string | undefined {
  const [values] = argumentsOf('restName', node);
  return values && restNameArguments.parse(values).name;
}

/** @throws DirectiveError when a `@restType` is not as its definition says. */
export function readRestType(node: Directed): RestTypeDirective | undefined {
  const [values] = argumentsOf('restType', node);
  return values && restTypeArguments.parse(values);
}

/** @throws DirectiveError when a `@key` is not as federation says. */
export function readKeys(node: Directed): readonly KeyDirective[] {
  return argumentsOf('key', node).map((values) => keyArguments.parse(values));
}

/** Whether the definition carries a directive. */
export function hasDirective(node: Directed, name: string): boolean {
  return node?.directives?.some((directive) => directive.name.value === name) ?? false;
}

function argumentsOf(name: string, node: Directed): readonly Readonly<Record<string, unknown>>[] {
  const definition = definitions.getDirective(name);
  const nodes = node?.directives?.filter((directive) => directive.name.value === name) ?? [];
  if (!definition) return [];
  try {
    return nodes.map((directive) => getArgumentValues(definition, directive));
  } catch (error) {
    if (error instanceof GraphQLError) throw new DirectiveError(`@${name} is not as it is defined: ${error.message}`);
    throw error;
  }
}
