import { z } from 'zod';
import { duration } from './units.ts';

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });
const file = z.string().min(1);
const name = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and hold only letters, digits, - and _');

const entity = z.strictObject({
  key: z.string().min(1).describe('Key field of the entity, for example upc.'),
  field: name.describe('Query field that loads it.'),
  argument: name.describe('Argument of that field that takes the key, or the keys.'),
  list: z.boolean().default(false).describe('Whether the argument takes many keys and the field answers a list.'),
});

const federationSubgraph = z.strictObject({
  kind: z.literal('federation').default('federation').describe('A GraphQL service with federation directives.'),
  url: httpUrl.describe('GraphQL endpoint.'),
  schema: file.optional().describe('SDL file. Default: the live service is asked for its SDL (_service).'),
});

const graphqlSubgraph = z.strictObject({
  kind: z.literal('graphql').describe('A GraphQL service without federation.'),
  url: httpUrl.describe('GraphQL endpoint.'),
  schema: file.optional().describe('SDL file. Default: the live service is introspected.'),
  entities: z.record(name, entity).default({}).describe('How its types are loaded by key, by type name.'),
});

const restSubgraph = z
  .strictObject({
    kind: z.literal('rest').describe('A REST service.'),
    url: httpUrl.describe('Base URL; the paths of @rest are appended to it.'),
    schema: file.optional().describe('SDL file with @rest directives.'),
    openapi: file.optional().describe('OpenAPI 3 or Swagger 2 file, mapped when the gateway starts.'),
    maxConcurrency: z.int().min(1).default(16).describe('Most calls in flight at a time for one operation.'),
  })
  .refine((subgraph) => (subgraph.schema === undefined) !== (subgraph.openapi === undefined), {
    message: 'needs either schema (SDL with @rest) or openapi',
  });

/** Subgraphs by name. Without `kind`, `federation`; the loader adds the kind before this is parsed. */
export const subgraphSection = z.discriminatedUnion('kind', [federationSubgraph, graphqlSubgraph, restSubgraph]);

/** Where the supergraph comes from. */
export const graphSection = z
  .strictObject({
    subgraphs: z.record(name, subgraphSection).optional().describe('Subgraphs to compose here, by name.'),
    supergraph: z.string().min(1).optional().describe('A composed supergraph: a file or an http(s) URL.'),
    poll: duration()
      .prefault('30s')
      .describe('How often live schemas and a supergraph URL are asked for changes; 0s for never.'),
    schemaTimeout: duration().prefault('5s').describe('How long a schema may take to arrive.'),
  })
  .refine((graph) => (graph.subgraphs === undefined) !== (graph.supergraph === undefined), {
    message: 'needs either subgraphs or supergraph',
  });

export type EntityConfig = z.output<typeof entity>;
export type SubgraphConfig = z.output<typeof subgraphSection>;
export type GraphConfig = z.output<typeof graphSection>;
