import { fileURLToPath } from 'node:url';
import { dereference, validate } from '@readme/openapi-parser';
import type { OpenAPIV3 } from 'openapi-types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../../subgraphs/start-service.ts';

const names = ['inventory', 'shipping'] as const;
type Name = (typeof names)[number];

const running = new Map<Name, RunningService>();

beforeAll(async () => {
  for (const name of names) running.set(name, await startService(name, { port: 0 }));
});
afterAll(async () => {
  await Promise.all([...running.values()].map((service) => service.close()));
});

describe('the REST services', () => {
  const rows: readonly [name: Name, path: string, status: number, body: unknown][] = [
    [
      'inventory',
      '/stock?upcs=2,none,1',
      200,
      { items: [expect.objectContaining({ upc: '2', quantity: 41 }), expect.objectContaining({ upc: '1' })] },
    ],
    ['inventory', '/stock', 200, { items: [] }],
    ['inventory', `/stock?upcs=${'1,'.repeat(50)}1`, 400, { message: 'Ask for at most 50 products at a time.' }],
    ['inventory', '/stock/1/deliveries', 404, expect.anything()],
    ['inventory', '/nothing', 404, { message: 'There is nothing here.' }],
    ['inventory', '//', 404, expect.anything()],
    ['shipping', '/products/1', 200, expect.objectContaining({ upc: '1', weightGrams: 4900 })],
    ['shipping', '/products/0', 404, expect.anything()],
    ['shipping', '/products/%ff', 400, { message: 'The path is not well encoded.' }],
    ['shipping', '/health', 200, { status: 'ok' }],
    ['inventory', '/health', 200, { status: 'ok' }],
  ];
  it.each(rows)('answers %s %s with %i', async (name, path, status, body) => {
    const response = await fetch(urlOf(name) + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
  });

  it('puts a delivery on the shelf', async () => {
    expect(await deliver('2', '{"quantity":9}')).toMatchObject({ status: 200, body: { upc: '2', quantity: 50 } });
    expect(await (await fetch(`${urlOf('inventory')}/stock?upcs=2`)).json()).toMatchObject({
      items: [{ quantity: 50 }],
    });
  });

  it.each([
    ['', 400],
    ['{', 400],
    ['null', 400],
    ['{"quantity":0}', 400],
    ['{"quantity":1001}', 400],
    ['{"quantity":1.5}', 400],
    ['{"quantity":"1"}', 400],
    [`{"quantity":1,"note":"${'x'.repeat(10_000)}"}`, 400],
  ])('refuses a delivery of %.30s', async (body, status) => {
    expect(await deliver('1', body)).toMatchObject({ status, body: { message: expect.any(String) } });
  });

  it('has no shelf for an unknown product', async () => {
    expect(await deliver('0', '{"quantity":1}')).toMatchObject({ status: 404 });
  });

  it.each(names)('answers what its OpenAPI document promises: %s', async (name) => {
    const file = fileURLToPath(new URL(`../../subgraphs/${name}.openapi.yaml`, import.meta.url));
    expect(await validate(file)).toMatchObject({ valid: true });
    const document = (await dereference(file)) as OpenAPIV3.Document;
    const gets = Object.entries(document.paths).flatMap(([path, item]) => (item?.get ? [{ path, get: item.get }] : []));
    expect(gets.length).toBeGreaterThan(0);
    for (const { path, get } of gets) {
      const response = await fetch(`${urlOf(name)}${path.replace('{upc}', '1')}?upcs=1`);
      const { content } = get.responses['200'] as OpenAPIV3.ResponseObject;
      expect(shapeOf(await response.json()), path).toEqual(shapeFrom(content?.['application/json']?.schema));
    }
  });
});

function urlOf(name: Name): string {
  return running.get(name)?.url ?? '';
}

async function deliver(upc: string, body: string) {
  const response = await fetch(`${urlOf('inventory')}/stock/${upc}/deliveries`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

/** The names and types of a value; of a list, those of its first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]));
}

function shapeFrom(schema: OpenAPIV3.SchemaObject | OpenAPIV3.ReferenceObject | undefined): unknown {
  if (schema === undefined || '$ref' in schema) throw new Error('Expected a schema without references.');
  if (schema.type === 'array') return [shapeFrom(schema.items)];
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, member]) => [name, shapeFrom(member)]),
    );
  }
  return schema.type === 'integer' ? 'number' : schema.type;
}
