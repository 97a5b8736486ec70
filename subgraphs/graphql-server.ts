import { createServer, type Server } from 'node:http';
import { execute, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';

/** Yoga's own executor takes an object for a promise when a client gives one of its fields the alias `then`. */
const executeByReference: Plugin = {
  onExecute: ({ setExecuteFn }) => setExecuteFn(execute),
};

/** A GraphQL service: `/graphql` (subscriptions as server-sent events) and `/health`. Does not listen yet. */
export function createGraphqlServer(schema: GraphQLSchema): Server {
  return createServer(
    createYoga({
      schema,
      plugins: [executeByReference],
      healthCheckEndpoint: '/health',
      landingPage: false,
      graphiql: false,
      logging: false,
    }),
  );
}
