import { addResolversToSchema } from '@graphql-tools/schema';
import { GraphQLError, type GraphQLSchema, validateSchema } from 'graphql';
import { BaseUrl } from './request/base-url.ts';
import { compileResolvers } from './resolvers/compile-resolvers.ts';
import { attempt, DirectiveError, ProblemList } from './rest-problem.ts';
import { buildSchema } from './sdl/build-schema.ts';
import { parseSubgraphSdl } from './sdl/parse-subgraph-sdl.ts';
import { InputModel } from './values/input-model.ts';
import { SourceModel } from './values/source-model.ts';

/** What a REST subgraph is made of. */
export interface RestSubgraphSource {
  readonly name: string;
  /** Base URL; the paths of `@rest` are below it. */
  readonly url: string;
  /** Federation SDL with `@rest`. */
  readonly sdl: string;
}

/**
 * Compiles a REST subgraph to a schema that graphql-js can execute with a `RestContext`.
 *
 * @throws InvalidRestSubgraphError with everything that is wrong.
 */
export function compileSchema({ name, url, sdl }: RestSubgraphSource): GraphQLSchema {
  const problems = new ProblemList(name);
  const base = attempt(problems.at(), () => new BaseUrl(url)) ?? new BaseUrl('http://localhost');
  const schema = attempt(problems.at(), () => buildSchema(parse(sdl), problems));
  if (!schema) return problems.throw();
  const errors = validateSchema(schema);
  for (const { message } of errors) problems.at()(message);
  if (errors.length > 0) return problems.throw();
  const context = { base, sources: new SourceModel(problems), inputs: new InputModel() };
  const resolvers = compileResolvers(schema, sdl, context, problems);
  if (!problems.isEmpty) return problems.throw();
  return addResolversToSchema({ schema, resolvers, updateResolversInPlace: true });
}

function parse(sdl: string) {
  try {
    return parseSubgraphSdl(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [place] = error.locations ?? [];
    throw new DirectiveError(place ? `${error.message} (line ${place.line}, column ${place.column})` : error.message);
  }
}
