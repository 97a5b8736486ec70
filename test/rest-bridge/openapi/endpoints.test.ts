import { type ASTNode, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { answering, importChecked, openapi, ref, taking } from './check-sdl.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

/** The field as graphql-js prints it. */
async function fieldOf(operation: object, path = '/a', method = 'get') {
  const document = openapi({ [path]: { [method]: { operationId: 'do', ...operation } } }, { Text: text });
  const { schema, warnings } = await importChecked(document);
  const root = method === 'get' ? schema.getQueryType() : schema.getMutationType();
  return { field: printNode(root?.getFields()['do']?.astNode), warnings };
}

function printNode(node: ASTNode | null | undefined): string {
  return node ? print(node).replace(/\s+/g, ' ') : '';
}

describe('parameters', () => {
  it('in path, query and header become arguments, each name once', async () => {
    const parameters = [
      { name: 'id', in: 'query', schema: text },
      { name: 'id', in: 'header', required: true, schema: { type: 'boolean' } },
      { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'Accept', in: 'header', schema: text },
      { name: 'sid', in: 'cookie', required: true, schema: text },
    ];
    const { field, warnings } = await fieldOf({ parameters }, '/a/{id}.json?fixed=1&x=%20');
    expect(field).toBe(
      'do(id: Int!, queryId: ID, headerId: Boolean!): Boolean @rest(method: GET, path: "/a/{$args.id}.json", ' +
        'query: [{name: "fixed", value: "1"}, {name: "x", value: " "}, {name: "id", value: "{$args.queryId}"}], ' +
        'headers: [{name: "id", value: "{$args.headerId}"}])',
    );
    expect(warnings).toEqual([expect.stringContaining('The cookie "sid" is left out, though the operation needs it')]);
  });

  it.each([
    [{ schema: texts }, ''],
    [{ schema: texts, explode: false }, ', style: FORM'],
    [{ schema: texts, style: 'spaceDelimited' }, ', style: SPACE_DELIMITED'],
    [{ schema: texts, style: 'pipeDelimited' }, ', style: PIPE_DELIMITED'],
    [{ schema: texts, style: 'pipeDelimited', explode: true }, ''],
    [{ schema: object({ a: text }), style: 'deepObject' }, ', style: DEEP_OBJECT'],
    [{ schema: object({ a: text }) }, ''],
    [{ content: { 'application/json': { schema: object({ a: text }) } } }, ', style: JSON'],
    [{ schema: text, explode: false }, ''],
    [{ schema: { enum: ['a', 'b'] }, explode: false }, ''],
  ])('written as %j have the style "%s"', async (parameter, style) => {
    const { field } = await fieldOf({ parameters: [{ name: 'p', in: 'query', ...parameter }] });
    expect(field).toContain(`query: [{name: "p", value: "{$args.p}"${style}}]`);
  });

  it.each([
    [{ type: 'integer', default: 5 }, 'Int = 5'],
    [{ type: 'integer', default: 5_000_000_000 }, 'BigInt = 5000000000'],
    [{ type: 'number', default: 0.5 }, 'Float = 0.5'],
    [{ type: 'boolean', default: false }, 'Boolean = false'],
    [{ ...text, default: 'a "b"\n' }, 'String = "a \\"b\\"\\n"'],
    [{ enum: ['a-b', 'c'], default: 'a-b' }, 'DoP = a_b'],
    [{ ...texts, default: ['a', 'b'] }, '[String!] = ["a", "b"]'],
    [{ ...text, default: null }, 'String'],
  ])('with the schema %j are %s', async (schema, expected) => {
    const { field, warnings } = await fieldOf({ parameters: [{ name: 'p', in: 'query', schema }] });
    expect(field).toContain(`do(p: ${expected}):`);
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ schema: text }, 'p: String!', '/a/{$args.p}'],
    [{ schema: text, style: 'label' }, 'p: String!', '/a/.{$args.p}'],
    [{ schema: texts, style: 'matrix' }, 'p: [String!]!', '/a/;p={$args.p}'],
    [{ schema: object({ a: text }) }, 'p: String!', '/a/{$args.p}'],
  ])('of the path written as %j are %s', async (parameter, argument, path) => {
    const { field } = await fieldOf({ parameters: [{ name: 'p', in: 'path', ...parameter }] }, '/a/{p}');
    expect(field).toBe(`do(${argument}): Boolean @rest(method: GET, path: "${path}")`);
  });

  it('lose a default that their type does not take', async () => {
    for (const schema of [
      { type: 'integer', default: 'x' },
      { enum: ['a', 'b'], default: 'c' },
      { ...texts, default: 'a' },
      { type: 'object', default: {} },
    ]) {
      const { field, warnings } = await fieldOf({ parameters: [{ name: 'p', in: 'query', schema }] });
      expect(field).not.toContain('=');
      expect(warnings).toEqual([expect.stringContaining('The default does not fit the type')]);
    }
  });

  it('of the operation take the place of those of the path, and forgotten ones of the path are text', async () => {
    const shared = [{ name: 'q', in: 'query', schema: text }];
    const own = [{ name: 'q', in: 'query', required: true, schema: { type: 'integer' } }];
    const { sdl, warnings } = await importChecked(
      openapi({ '/a/{id}': { parameters: shared, get: { operationId: 'do', parameters: own } } }),
    );
    expect(sdl).toContain('do(id: ID!, q: Int!): Boolean');
    expect(warnings).toEqual([expect.stringContaining('The path has {id}')]);
  });
});

describe('bodies', () => {
  it.each([
    [{ 'application/json': { schema: ref('Text') } }, 'input: String', 'body: {value: "{$args.input}"}'],
    [
      { 'application/xml': {}, 'application/vnd.api+json': { schema: {} } },
      'input: JSON',
      'body: {value: "{$args.input}"}',
    ],
    [
      { 'application/x-www-form-urlencoded': { schema: object({ a: text }) } },
      'input: DoInput',
      'body: {type: FORM, value: "{$args.input}"}',
    ],
    [{ 'text/plain': { schema: text } }, 'input: String', 'body: {type: TEXT, value: "{$args.input}"}'],
    [{ 'application/octet-stream': {} }, 'input: Base64', 'body: {type: BINARY, value: "{$args.input}"}'],
    [
      { 'multipart/form-data': { schema: object({ 'a-file': { ...text, format: 'binary' }, note: text }) } },
      'input: DoInput',
      'body: {type: MULTIPART, fields: [{name: "a-file", value: "{$args.input.a_file}"}, {name: "note", value: "{$args.input.note}"}]}',
    ],
  ])('of %j are the argument %s', async (content, argument, body) => {
    const { field } = await fieldOf({ requestBody: { content } }, '/a', 'post');
    expect(field).toContain(`do(${argument}): Boolean`);
    expect(field).toContain(`${body}, errors: {null: []}`);
  });

  it('of a GET are left out', async () => {
    const { field, warnings } = await fieldOf({ requestBody: { content: { 'application/json': { schema: text } } } });
    expect(field).toBe('do: Boolean @rest(method: GET, path: "/a")');
    expect(warnings).toEqual(['#/paths/~1a/get The body is left out: a GET has none.']);
  });

  it('give way to a parameter of the same name and are required where the document says so', async () => {
    const { field } = await fieldOf(
      {
        parameters: [{ name: 'input', in: 'query', schema: text }],
        requestBody: { required: true, content: { 'application/json': { schema: text } } },
      },
      '/a',
      'put',
    );
    expect(field).toContain('do(input: String, body: String!): Boolean');
  });
});

describe('Swagger 2', () => {
  it('is read as what it means', async () => {
    const { sdl } = await importChecked({
      swagger: '2.0',
      consumes: ['application/json'],
      produces: ['application/json'],
      paths: {
        '/pets': {
          get: {
            operationId: 'listPets',
            parameters: [
              { name: 'tags', in: 'query', type: 'array', items: text, collectionFormat: 'multi' },
              { name: 'ids', in: 'query', type: 'array', items: { type: 'integer', format: 'int64' } },
              { name: 'sort', in: 'query', type: 'string', enum: ['a', 'b'], default: 'b' },
            ],
            responses: { 200: { schema: { type: 'array', items: { $ref: '#/definitions/Pet' } } } },
          },
          post: { operationId: 'addPet', parameters: [{ $ref: '#/parameters/pet' }], responses: { 201: {} } },
        },
        '/pets/{petId}/photo': {
          post: {
            operationId: 'addPhoto',
            consumes: ['multipart/form-data'],
            parameters: [
              { name: 'petId', in: 'path', required: true, type: 'integer' },
              { name: 'file', in: 'formData', required: true, type: 'file' },
              { name: 'note', in: 'formData', type: 'string', description: 'Why.' },
            ],
            responses: { 200: { schema: { type: 'file' } } },
          },
        },
        '/note': {
          post: {
            consumes: ['text/plain'],
            produces: ['text/plain'],
            parameters: [{ name: 'b', in: 'body', schema: text }],
            responses: { 200: { schema: text } },
          },
        },
      },
      parameters: { pet: { name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } } },
      definitions: {
        Pet: {
          type: 'object',
          discriminator: 'kind',
          required: ['kind'],
          properties: { kind: text, id: { type: 'integer', format: 'int64' } },
        },
        Cat: {
          'x-discriminator-value': 'CAT',
          allOf: [{ $ref: '#/definitions/Pet' }, object({ lives: { type: 'integer' } })],
        },
      },
    });
    const flat = sdl.replace(/\s+/g, ' ');
    expect(flat).toContain('listPets(tags: [String!], ids: [BigInt!], sort: ListPetsSort = b): [Pet!]');
    expect(flat).toContain(
      '{ name: "tags", value: "{$args.tags}" } { name: "ids", value: "{$args.ids}", style: FORM } { name: "sort", value: "{$args.sort}" }',
    );
    expect(flat).toContain('addPet(input: PetInput!): Boolean');
    expect(flat).toContain('addPhoto(petId: Int!, input: AddPhotoInput!): Base64');
    expect(flat).toContain('input AddPhotoInput { file: Base64! """Why.""" note: String }');
    expect(flat).toContain(
      'postNote(input: String): String @rest( method: POST path: "/note" body: { type: TEXT, value: "{$args.input}" }',
    );
    expect(flat).toContain(
      'interface Pet @restType( discriminator: "kind" mapping: [ { value: "CAT", type: "Cat" } ] )',
    );
  });
});

describe('entities', () => {
  const product = object({ upc: text, name: text });
  const item = (name: string, schema: object = ref('Product')) =>
    answering(schema, { parameters: [{ name, in: 'path', required: true, schema: text }] });
  const list = (name: string, more: object = {}) =>
    answering(
      { type: 'array', items: ref('Product') },
      { parameters: [{ name, in: 'query', schema: texts, ...more }] },
    );
  const keyOf = async (paths: object, schema: object = product) => {
    const imported = await importChecked(openapi(paths, { Product: schema }));
    return (imported.schema.getType('Product')?.astNode?.directives ?? []).map(printNode).join(' ');
  };
  const byUpc = '@key(fields: "upc") @rest(method: GET, path: "/products/{$key.upc}")';

  it('are types that a GET answers for one path parameter named like a field', async () => {
    expect(await keyOf({ '/products/{upc}': item('upc') })).toBe(byUpc);
    expect(await keyOf({ '/v1/products/{product_id}/': item('product_id') }, object({ id: { type: 'integer' } }))).toBe(
      '@key(fields: "id") @rest(method: GET, path: "/v1/products/{$key.id}/")',
    );
    expect(await keyOf({ '/products/{product-no}': item('product-no') }, object({ 'product-no': text }))).toBe(
      '@key(fields: "product_no") @rest(method: GET, path: "/products/{$key.product_no}")',
    );
  });

  it('are no types whose path or fields do not fit', async () => {
    expect(await keyOf({ '/products/{sku}': item('sku') })).toBe('');
    expect(await keyOf({ '/products/{upc}/b': item('upc') })).toBe('');
    expect(await keyOf({ '/invoices/{upc}': item('upc') })).toBe('');
    expect(await keyOf({ '/{shop}/products/{upc}': item('upc') })).toBe('');
    expect(await keyOf({ '/products/{upc}': item('upc') }, object({ upc: { type: 'number' } }))).toBe('');
    expect(await keyOf({ '/products/{upc}': item('upc', { type: 'array', items: ref('Product') }) })).toBe('');
  });

  it.each([
    [
      list('upcs', { explode: false }),
      'query: [{name: "upcs", value: "{$keys.upc}", style: FORM}], batch: {matchOn: "upc"}',
    ],
    [list('upc[]'), 'query: [{name: "upc[]", value: "{$keys.upc}"}], batch: {matchOn: "upc"}'],
    [
      list('upc', { schema: { ...texts, maxItems: 7 } }),
      'query: [{name: "upc", value: "{$keys.upc}"}], batch: {matchOn: "upc", maxSize: 7}',
    ],
  ])('are loaded in bulk where a list takes many keys (%#)', async (listing, expected) => {
    const key = await keyOf({ '/products': listing, '/products/{upc}': item('upc') });
    expect(key).toBe(`@key(fields: "upc") @rest(method: GET, path: "/products", ${expected})`);
  });

  it.each([
    [list('upcs', { schema: text })],
    [list('names')],
    [answering(ref('Product'), { parameters: [{ name: 'upcs', in: 'query', schema: texts }] })],
    [
      answering(
        { type: 'array', items: ref('Product') },
        {
          parameters: [
            { name: 'upcs', in: 'query', schema: texts },
            { name: 'shop', in: 'query', required: true, schema: text },
          ],
        },
      ),
    ],
  ])('are loaded one by one where no list does (%#)', async (listing) => {
    expect(await keyOf({ '/products': listing, '/products/{upc}': item('upc') })).toBe(byUpc);
  });

  it('are loaded as x-overlock-batch says', async () => {
    const listing = (method: string, extension: object) => ({
      [method]: {
        operationId: 'search',
        'x-overlock-batch': extension,
        responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: ref('Product') } } } } },
      },
    });
    const batch = async (method: string, extension: object) =>
      keyOf({ '/search': listing(method, extension), '/products/{upc}': item('upc') });
    expect(await batch('get', { key: 'upc', parameter: 'q', maxSize: 5 })).toContain(
      'path: "/search", query: [{name: "q", value: "{$keys.upc}"}], batch: {matchOn: "upc", maxSize: 5}',
    );
    expect(await batch('post', { key: 'upc', matchOn: 'meta.upc' })).toContain(
      'body: {value: "{$keys.upc}"}, batch: {matchOn: "meta.upc"}',
    );
    expect(await batch('post', { key: 'upc', parameter: 'codes' })).toContain(
      'body: {fields: [{name: "codes", value: "{$keys.upc}"}]}',
    );
    expect(await batch('get', { key: 'upc' })).toBe(byUpc);
    expect(await batch('get', { key: 'other', parameter: 'q' })).toBe(byUpc);
  });

  it('may have several keys', async () => {
    const schema = object({ upc: text, sku: text });
    expect(await keyOf({ '/products/{upc}': item('upc'), '/product/{sku}': item('sku') }, schema)).toBe(
      '@key(fields: "sku") @rest(method: GET, path: "/product/{$key.sku}") @key(fields: "upc") @rest(method: GET, path: "/products/{$key.upc}")',
    );
  });

  it('have inputs that take bodies beside them', async () => {
    const { sdl } = await importChecked(
      openapi({ '/products/{upc}': item('upc'), '/products': taking(ref('Product')) }, { Product: product }),
    );
    expect(sdl).toContain('postProducts(input: ProductInput): Boolean');
  });
});
