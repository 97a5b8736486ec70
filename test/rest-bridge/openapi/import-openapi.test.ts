import { describe, expect, it } from 'vitest';
import { importOpenapi } from '../../../rest-bridge/openapi/import-openapi.ts';
import { answering, expectComposes, importChecked, openapi, ref, taking } from './check-sdl.ts';

const inventory = `
openapi: 3.1.0
info: { title: Inventory, version: '2' }
servers:
  - url: https://{region}.example.com/{version}/
    variables: { region: { default: eu }, version: { default: v1 } }
paths:
  /products/{upc}:
    parameters:
      - { name: upc, in: path, required: true, schema: { type: string } }
    get:
      operationId: get_product
      summary: One product
      responses:
        '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Product' } } } }
    put:
      operationId: ReplaceProduct
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Product' } } } }
      responses:
        '204': { description: done }
  /products:
    get:
      operationId: list-products
      parameters:
        - { name: upcs, in: query, explode: false, schema: { type: array, maxItems: 50, items: { type: string } } }
        - { name: limit, in: query, description: How many., schema: { type: integer, default: 20 } }
      responses:
        '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Product' } } } } }
components:
  schemas:
    Product:
      description: Something to sell.
      type: object
      required: [upc, stock, size]
      properties:
        upc: { type: string }
        stock: { enum: [IN_STOCK, out-of-stock] }
        size: { type: object, properties: { height-cm: { type: [integer, 'null'] } } }
        added: { type: string, format: date-time, readOnly: true }
        related: { type: array, items: { $ref: '#/components/schemas/Product' } }
`;

const inventorySdl = `# Inventory 2
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

type Query {
  """One product"""
  getProduct(upc: String!): Product
    @rest(method: GET, path: "/products/{$args.upc}")

  listProducts(
    upcs: [String!]
    """How many."""
    limit: Int = 20
  ): [Product!]
    @rest(
      method: GET
      path: "/products"
      query: [{ name: "upcs", value: "{$args.upcs}", style: FORM }, { name: "limit", value: "{$args.limit}" }]
    )
}

type Mutation {
  replaceProduct(upc: String!, input: ProductInput!): Boolean
    @rest(
      method: PUT
      path: "/products/{$args.upc}"
      body: { value: "{$args.input}" }
      errors: { null: [] }
    )
}

"""Something to sell."""
type Product
  @key(fields: "upc")
  @rest(
    method: GET
    path: "/products"
    query: [{ name: "upcs", value: "{$keys.upc}", style: FORM }]
    batch: { matchOn: "upc", maxSize: 50 }
  )
{
  upc: String!
  stock: ProductStock!
  size: ProductSize!
  added: DateTime
  related: [Product!]
}

"""Something to sell."""
input ProductInput {
  upc: String!
  stock: ProductStock!
  size: ProductSizeInput!
  related: [ProductInput!]
}

type ProductSize {
  height_cm: Int @restName(name: "height-cm")
}

input ProductSizeInput {
  height_cm: Int @restName(name: "height-cm")
}

enum ProductStock {
  IN_STOCK
  out_of_stock @restName(name: "out-of-stock")
}

"""A moment, such as 2027-03-01T10:15:30Z."""
scalar DateTime @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")
`;

describe('importOpenapi', () => {
  it('turns a document into SDL that people can read', async () => {
    const { sdl, warnings, baseUrl } = await importChecked(inventory);
    expect(sdl).toBe(inventorySdl);
    expectComposes(sdl);
    expect(warnings).toEqual([]);
    expect(baseUrl).toBe('https://eu.example.com/v1');
  });

  it('answers the same SDL every time, from YAML and from JSON', async () => {
    const { parse } = await import('yaml');
    const { sdl } = await importChecked(parse(inventory));
    expect(sdl).toBe(inventorySdl);
  });

  it('begins types and root fields with a prefix, and leaves scalars as they are', async () => {
    const { sdl } = await importChecked(inventory, { prefix: 'Inventory' });
    expect(sdl).toContain('inventoryGetProduct(upc: String!): InventoryProduct');
    expect(sdl).toContain('input: InventoryProductInput!): Boolean');
    expect(sdl).toContain('stock: InventoryProductStock!');
    expect(sdl).toContain('added: DateTime');
    expectComposes(sdl);
  });

  it('suggests how to use the SDL', async () => {
    const { suggestion } = await importOpenapi({ document: inventory, name: 'inventory' });
    expect(suggestion).toBe(
      'graph:\n  subgraphs:\n    inventory:\n      kind: rest\n      url: https://eu.example.com/v1\n      schema: inventory.graphql\n',
    );
  });

  it.each([
    [openapi({ '/a': answering({ type: 'string' }) }), undefined],
    [openapi({ '/a': answering({}) }, {}, { servers: [{ url: '/v2' }] }), undefined],
    [openapi({ '/a': answering({}) }, {}, { servers: [{ url: 'http://h:81/x/?y#z' }] }), 'http://h:81/x'],
    [{ swagger: '2.0', host: 'h', basePath: '/v2/', schemes: ['http'], paths: { '/a': { get: {} } } }, 'http://h/v2'],
    [{ swagger: '2.0', host: 'h:1', basePath: 'v2', paths: { '/a': { get: {} } } }, 'https://h:1/v2'],
  ])('reads the base URL (%#)', async (document, expected) => {
    expect((await importChecked(document)).baseUrl).toBe(expected);
  });

  it.each([
    ['get', '/pets/{petId}/toys', undefined, 'petsByPetIdToys'],
    ['get', '/', undefined, 'root'],
    ['get', '/pets', 'PetController_findAll', 'petControllerFindAll'],
    ['get', '/pets', 'URLCheck', 'urlCheck'],
    ['get', '/pets', '2fast', '_2fast'],
    ['get', '/pets', '日本', 'pets'],
    ['post', '/pets/{id}', undefined, 'postPetsById'],
    ['patch', '/pets.json', 'pets/update now', 'petsUpdateNow'],
  ])('names %s %s with the operationId %s %s', async (method, path, operationId, expected) => {
    const parameters = ['petId', 'id'].filter((name) => path.includes(name)).map((name) => ({ name, in: 'path' }));
    const { schema } = await importChecked(
      openapi({ [path]: { [method]: { operationId, parameters, responses: {} } } }),
    );
    const root = method === 'get' ? schema.getQueryType() : schema.getMutationType();
    expect(Object.keys(root?.getFields() ?? {})).toEqual([expected]);
  });

  it('makes root fields unique and keeps queries and mutations apart', async () => {
    const { schema } = await importChecked(
      openapi({
        '/a': { get: { operationId: 'do' }, post: { operationId: 'do' } },
        '/b': { get: { operationId: 'Do' }, post: { operationId: 'do_' } },
      }),
    );
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['do', 'do2']);
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['do', 'do2']);
  });

  it('leaves out what cannot be called, with a warning', async () => {
    const { schema, warnings } = await importChecked(
      openapi({
        '/a': { get: {}, head: {}, options: {}, trace: {} },
        '/b/{': { get: {} },
        '/c/../d': { get: {} },
        '/e f': { get: {} },
        'x-else': { get: {} },
      }),
    );
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['a']);
    expect(warnings).toHaveLength(6);
    expect(warnings[0]).toBe('#/paths/~1a/head HEAD operations are left out.');
    expect(warnings[5]).toContain('#/paths/~1e f/get The operation is left out');
  });

  it.each([
    [{ 204: {} }, 'Boolean'],
    [{}, 'Boolean'],
    [{ 200: {}, 201: { content: { 'application/json': { schema: { type: 'integer' } } } } }, 'Int'],
    [{ default: { content: { 'application/json': { schema: { type: 'string' } } } } }, 'String'],
    [{ 404: { content: { 'application/json': {} } }, default: { content: { 'text/html': {} } } }, 'String'],
    [{ 204: {}, default: { content: { 'application/json': {} } } }, 'Boolean'],
    [{ 200: { content: { 'text/plain': {}, 'application/hal+json; x=1': { schema: { type: 'number' } } } } }, 'Float'],
    [{ 200: { content: { 'application/xml': { schema: { type: 'object' } } } } }, 'String'],
    [{ '2XX': { content: { 'image/png': { schema: { type: 'string' } } } } }, 'Base64'],
    [{ 200: { content: { 'application/json': { schema: null } } } }, 'JSON'],
    [{ 200: { content: { '*/*': { schema: { type: 'array' } } } } }, '[JSON]'],
  ])('answers what the responses %j say', async (responses, expected) => {
    const { schema } = await importChecked(openapi({ '/a': { get: { responses } } }));
    expect(String(schema.getQueryType()?.getFields()['a']?.type)).toBe(expected);
  });

  it('emits the types that operations lead to and no others', async () => {
    const { schema } = await importChecked(
      openapi(
        { '/a': answering(ref('A')), '/b': taking(ref('B')) },
        {
          A: { type: 'object', properties: { c: ref('C') } },
          B: { type: 'object', properties: { c: ref('C') } },
          C: { type: 'string', enum: ['x', 'y'] },
          Unused: { type: 'object', properties: { a: { type: 'string', format: 'date' } } },
        },
      ),
    );
    expect(String(schema.getType('B')?.astNode?.kind)).toBe('InputObjectTypeDefinition');
    expect([schema.getType('Unused'), schema.getType('Date'), schema.getType('CInput')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
