import path from 'node:path';
import {
  buildASTSchema,
  type FieldDefinitionNode,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../gateway/config/config.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { createSubgraphsSource } from '../../gateway/supergraph/sources/subgraphs-source.ts';
import { noLog } from '../../gateway/telemetry/no-telemetry.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import { serviceNames } from '../../subgraphs/services.ts';
import { type RunningService, startService } from '../../subgraphs/start-service.ts';

let running: readonly RunningService[] = [];
let config: Config;
let supergraph: Supergraph;

beforeAll(async () => {
  running = await Promise.all(serviceNames.map((name) => startService(name, { port: 0 })));
  const env = Object.fromEntries(running.map(({ name, url }) => [`${name.toUpperCase()}_URL`, url]));
  const file = path.resolve(import.meta.dirname, '../../subgraphs/overlock.yaml');
  const load = await loadConfig({ file, env, cwd: '/' });
  if (load.kind !== 'loaded') throw new Error(JSON.stringify(load.problems));
  config = load.config;
  const source = createSubgraphsSource(config.graph.subgraphs ?? {}, 5_000, noLog);
  const outcome = await source.load().finally(source.close);
  if (outcome.kind !== 'supergraph') throw new Error(JSON.stringify(outcome.problems));
  supergraph = outcome.supergraph;
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.close()));
});

describe("the demo's configuration", () => {
  it('joins services of all three kinds', () => {
    const kinds = Object.fromEntries(supergraph.subgraphs.map(({ name, kind }) => [name, kind]));
    expect(kinds).toEqual({
      accounts: 'federation',
      products: 'federation',
      reviews: 'federation',
      recommendations: 'graphql',
      inventory: 'rest',
      shipping: 'rest',
    });
  });

  it('has three examples, and all fit the supergraph', () => {
    const schema = buildASTSchema(parse(supergraph.publicSdl));
    expect(config.graphiql.examples).toHaveLength(3);
    for (const example of config.graphiql.examples) expect(validate(schema, parse(example))).toEqual([]);
  });

  it('crosses products, reviews, and both REST services with its first example', () => {
    const typeInfo = new TypeInfo(buildASTSchema(parse(supergraph.sdl), { assumeValidSDL: true }));
    const crossed = new Set<string>();
    const enter = () => {
      const { astNode } = typeInfo.getFieldDef() ?? {};
      if (astNode) for (const graph of graphsOf(astNode)) crossed.add(graph);
    };
    visit(parse(config.graphiql.examples[0] ?? ''), visitWithTypeInfo(typeInfo, { Field: { enter } }));
    expect([...crossed]).toEqual(expect.arrayContaining(['INVENTORY', 'PRODUCTS', 'REVIEWS', 'SHIPPING']));
  });

  it('loses no product when another service that knows of it is down', () => {
    const product = buildASTSchema(parse(supergraph.sdl), { assumeValidSDL: true }).getType('Product');
    const fields = isObjectType(product) ? (product.astNode?.fields ?? []) : [];
    const foreign = fields.filter((field) => graphsOf(field).length > 0 && !graphsOf(field).includes('PRODUCTS'));
    expect(foreign.length).toBeGreaterThan(5);
    for (const { name, type } of foreign) expect(type.kind, name.value).not.toBe(Kind.NON_NULL_TYPE);
  });
});

/** The subgraphs that answer a field by themselves. */
function graphsOf(field: FieldDefinitionNode): readonly string[] {
  return (field.directives ?? []).flatMap(({ name, arguments: args = [] }) => {
    const graph = args.find((argument) => argument.name.value === 'graph')?.value;
    const isExternal = args.some((argument) => argument.name.value === 'external');
    return name.value === 'join__field' && graph?.kind === Kind.ENUM && !isExternal ? [graph.value] : [];
  });
}
