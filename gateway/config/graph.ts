import { z } from 'zod';
import { registrySection } from './registry.ts';
import { always, duration, filePath, named, subgraphUrl, timeout } from './units.ts';

const subgraphName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and hold only letters, digits, - and _, at most 64');
// https://spec.graphql.org/draft/#Name
const graphqlName = z.string().regex(/^[A-Za-z_]\w{0,127}$/, 'must be a GraphQL name');

const entity = z.strictObject({
  key: z.string().min(1).describe('Key field of the entity, for example upc.'),
  field: graphqlName.describe('Query field that loads it.'),
  argument: graphqlName.describe('Argument of that field that takes the key, or the keys.'),
  list: z.boolean().default(false).describe('Whether the argument takes many keys and the field answers a list.'),
});

const federationSubgraph = z.strictObject({
  kind: z.literal('federation').default('federation').describe('A GraphQL service with federation directives.'),
  url: subgraphUrl().describe('GraphQL endpoint.'),
  schema: filePath().optional().describe('SDL file. Default: the live service is asked for its SDL (_service).'),
});

const graphqlSubgraph = z.strictObject({
  kind: z.literal('graphql').describe('A GraphQL service without federation.'),
  url: subgraphUrl().describe('GraphQL endpoint.'),
  schema: filePath().optional().describe('SDL file. Default: the live service is introspected.'),
  entities: named(graphqlName, entity).prefault({}).describe('How its types are loaded by key, by type name.'),
});

const restSubgraph = z
  .strictObject({
    kind: z.literal('rest').describe('A REST service.'),
    url: subgraphUrl().describe('Base URL; the paths of @rest are appended to it.'),
    schema: filePath().optional().describe('SDL file with @rest directives.'),
    openapi: filePath().optional().describe('OpenAPI 3 or Swagger 2 file, mapped when the gateway starts.'),
    maxConcurrency: z.int().min(1).default(16).describe('Most calls in flight at a time for one operation.'),
  })
  .refine((subgraph) => (subgraph.schema === undefined) !== (subgraph.openapi === undefined), {
    message: 'needs either schema (SDL with @rest) or openapi',
    ...always,
  })
  .meta({ either: ['schema', 'openapi'], kindImpliedBy: 'openapi' });

/** One subgraph. Without `kind` it is `rest` when it has `openapi`, else `federation`: the loader fills that in. */
const subgraphSection = z.discriminatedUnion('kind', [federationSubgraph, graphqlSubgraph, restSubgraph]);

const places = ['subgraphs', 'supergraph', 'registry'] as const;

/** Where the supergraph comes from. */
export const graphSection = z
  .strictObject({
    subgraphs: named(subgraphName, subgraphSection)
      .refine((subgraphs) => Object.keys(subgraphs).length > 0, 'must name at least one subgraph')
      .optional()
      .describe('Subgraphs to compose here, by name.'),
    supergraph: filePath().optional().describe('A composed supergraph: a file or an http(s) URL.'),
    registry: registrySection.optional().describe('A registry to follow.'),
    poll: duration()
      .prefault('30s')
      .describe(
        'How often live schemas and a supergraph URL are asked for changes, and a registry that cannot tell of them; 0s for never.',
      ),
    schemaTimeout: timeout().prefault('5s').describe('How long a schema may take to arrive.'),
  })
  .refine((graph) => places.filter((place) => graph[place] !== undefined).length === 1, {
    message: 'needs either subgraphs, supergraph or registry',
    ...always,
  })
  .meta({ either: places });

export type SubgraphConfig = z.output<typeof subgraphSection>;
export type GraphConfig = z.output<typeof graphSection>;
