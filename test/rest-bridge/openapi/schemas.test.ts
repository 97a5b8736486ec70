import { printType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { answering, expectComposes, importChecked, openapi, ref, taking } from './check-sdl.ts';

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const text = { type: 'string' };

async function outputOf(schema: object, schemas: object = {}) {
  const imported = await importChecked(openapi({ '/a': answering(object({ field: schema })) }, schemas));
  const type = imported.schema.getType('AResult');
  const field = type && 'getFields' in type ? type.getFields()['field'] : undefined;
  return { ...imported, type: String(field?.type) };
}

const print = (schema: Parameters<typeof printType>[0] | undefined) =>
  schema ? printType(schema).replace(/\s+/g, ' ') : '';

describe('a property', () => {
  it.each([
    [{ type: 'string' }, 'String'],
    [{ type: 'string', format: 'email' }, 'String'],
    [{ type: 'string', format: '__proto__' }, 'String'],
    [{ type: 'string', format: 'date-time' }, 'DateTime'],
    [{ type: 'string', format: 'date' }, 'Date'],
    [{ format: 'uuid' }, 'UUID'],
    [{ type: 'string', format: 'uri' }, 'URI'],
    [{ type: 'string', format: 'byte' }, 'Base64'],
    [{ type: 'string', format: 'binary' }, 'Base64'],
    [{ type: 'integer' }, 'Int'],
    [{ type: 'integer', format: 'int32' }, 'Int'],
    [{ type: 'integer', format: 'int64' }, 'BigInt'],
    [{ type: 'integer', maximum: 3_000_000_000 }, 'BigInt'],
    [{ type: 'integer', maximum: Number.MAX_SAFE_INTEGER }, 'Int'],
    [{ type: 'integer', example: 5_000_000_000 }, 'BigInt'],
    [{ type: 'number' }, 'Float'],
    [{ type: 'number', format: 'int64' }, 'BigInt'],
    [{ type: 'boolean' }, 'Boolean'],
    [{ type: 'null' }, 'JSON'],
    [{}, 'JSON'],
    [{ type: 'object' }, 'JSON'],
    [{ type: 'object', properties: {} }, 'JSON'],
    [{ type: 'object', additionalProperties: text }, 'JSON'],
    [{ type: ['string', 'null'] }, 'String'],
    [{ type: ['string', 'integer'] }, 'JSON'],
    [{ type: ['integer', 'number'] }, 'Float'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '[String]'],
    [{ type: 'array', items: { type: 'array', items: { type: 'integer' } } }, '[[Int!]!]'],
    [{ items: text }, '[String!]'],
    [{ type: 'array' }, '[JSON]'],
    [{ enum: ['only'] }, 'String'],
    [{ const: 'only' }, 'String'],
    [{ enum: [1, 2, null] }, 'Int'],
    [{ enum: [1, 'a'] }, 'JSON'],
    [{ enum: [true, false] }, 'Boolean'],
    [{ oneOf: [text, { type: 'integer' }] }, 'JSON'],
    [{ anyOf: [text, { type: 'string', format: 'uuid' }] }, 'String'],
    [{ anyOf: [{ type: 'integer' }, { type: 'number' }] }, 'Float'],
    [{ anyOf: [text, { type: 'null' }] }, 'String'],
    [{ anyOf: [{ enum: ['a', 'b'] }, text] }, 'String'],
    [{ oneOf: [object({ a: text }), text] }, 'JSON'],
    [{ oneOf: [object({ a: text }), { type: 'array', items: object({ a: text }) }] }, 'JSON'],
    [{ allOf: [text] }, 'String'],
    [{ allOf: [text, { maxLength: 3 }] }, 'String'],
    [{ type: 'strange' }, 'JSON'],
    [true, 'JSON'],
  ])('that is %j has the type %s', async (schema, expected) => {
    expect((await outputOf(schema as object)).type).toBe(expected);
  });

  it.each([
    [{ ...text }, true],
    [{ ...text, nullable: true }, false],
    [{ ...text, 'x-nullable': true }, false],
    [{ type: ['string', 'null'] }, false],
    [{ anyOf: [text, { type: 'null' }] }, false],
    [{ oneOf: [text, { type: 'integer' }, { enum: [null] }] }, false],
    [{ enum: ['a', 'b', null] }, false],
    [{ allOf: [ref('Text')], nullable: true }, false],
    [{ allOf: [ref('Text')] }, true],
    [ref('Nullable'), false],
  ])('that is required and %j is non-null: %s', async (schema, expected) => {
    const schemas = { Text: text, Nullable: { ...text, nullable: true } };
    const document = openapi({ '/a': answering(object({ field: schema }, { required: ['field'] })) }, schemas);
    const { sdl } = await importChecked(document);
    expect(/field: \w+!/.test(sdl)).toBe(expected);
  });
});

describe('an enum', () => {
  it('gives values names that GraphQL takes and keeps their own', async () => {
    const values = ['ok', 'in-progress', '', 'true', 'null', '+1', '-1', '1st', '__x', 'a b', 'a-b', '>=', 'ö', '日'];
    const { sdl, schema } = await outputOf({ enum: values });
    const names = print(schema.getType('AResultField'))
      .replace('enum AResultField { ', '')
      .replace(' }', '')
      .split(' ');
    expect(names).toEqual([
      'ok',
      'in_progress',
      'EMPTY',
      'true_',
      'null_',
      'plus_1',
      'minus_1',
      '_1st',
      '_x',
      'a_b',
      'a_b2',
      'gt_eq',
      'o',
      'EMPTY2',
    ]);
    expectComposes(sdl);
    for (const value of values.slice(1)) expect(sdl).toContain(`@restName(name: ${JSON.stringify(value)})`);
  });

  it('is one type for equal properties and named after them, and another for other values', async () => {
    const status = { enum: ['on', 'off'] };
    const { schema } = await importChecked(
      openapi({
        '/a': answering(object({ status })),
        '/b': answering(object({ status })),
        '/c': answering(object({ status: { enum: ['x', 'y'] } })),
      }),
    );
    expect(print(schema.getType('Status'))).toBe('enum Status { on off }');
    expect(print(schema.getType('CResultStatus'))).toBe('enum CResultStatus { x y }');
  });

  it('of one component is one type for inputs and outputs, and not that of another with a name alike', async () => {
    const schemas = { 'pet-status': { enum: ['a', 'b'] }, PetStatus: { enum: ['c', 'd'] } };
    const both = object({ one: ref('pet-status'), other: ref('PetStatus') });
    const { schema } = await importChecked(openapi({ '/a': answering(both), '/b': taking(both) }, schemas));
    expect(print(schema.getType('AResult'))).toBe('type AResult { one: PetStatus other: PetStatus2 }');
    expect(print(schema.getType('PostBInput'))).toBe('input PostBInput { one: PetStatus other: PetStatus2 }');
  });

  it('with very many values becomes String', async () => {
    const { type, warnings } = await outputOf({ enum: Array.from({ length: 100_000 }, (_, index) => `v${index}`) });
    expect(type).toBe('String');
    expect(warnings).toEqual([expect.stringContaining('the enum becomes String')]);
  });
});

describe('objects', () => {
  it('joins allOf and keeps what is written where it is used in names of its place', async () => {
    const { schema } = await importChecked(
      openapi(
        { '/a': answering(ref('Order')) },
        {
          Base: object({ id: text, at: { ...text, format: 'date' } }, { required: ['id'] }),
          Order: {
            allOf: [
              ref('Base'),
              object({
                at: { description: 'When' },
                lines: { type: 'array', items: object({ n: { type: 'integer' } }) },
              }),
              { required: ['at'] },
            ],
          },
        },
      ),
    );
    expect(print(schema.getType('Order'))).toBe('type Order { id: ID! """When""" at: Date! lines: [OrderLine!] }');
    expect(print(schema.getType('OrderLine'))).toBe('type OrderLine { n: Int }');
    expect(schema.getType('Base')).toBeUndefined();
  });

  it('may refer to themselves, as types and as inputs', async () => {
    const node = object(
      { parent: ref('Node'), children: { type: 'array', items: ref('Node') } },
      { required: ['parent', 'children'] },
    );
    const { schema } = await importChecked(
      openapi({ '/a': answering(ref('Node')), '/b': taking(ref('Node')) }, { Node: node }),
    );
    expect(print(schema.getType('Node'))).toBe('type Node { parent: Node! children: [Node!]! }');
    expect(print(schema.getType('NodeInput'))).toBe('input NodeInput { parent: NodeInput children: [NodeInput!]! }');
  });

  it('leave read-only properties out of inputs and write-only ones out of types', async () => {
    const user = object(
      { id: { ...text, readOnly: true }, name: text, password: ref('Secret') },
      { required: ['id', 'password'] },
    );
    const { schema } = await importChecked(
      openapi(
        { '/a': answering(ref('User')), '/b': taking(ref('User')) },
        { User: user, Secret: { ...text, writeOnly: true } },
      ),
    );
    expect(print(schema.getType('User'))).toBe('type User { id: ID! name: String }');
    expect(print(schema.getType('UserInput'))).toBe('input UserInput { name: String password: String! }');
  });

  it('tell the defaults of inputs and do not send them', async () => {
    const { sdl } = await importChecked(
      openapi({ '/a': taking(object({ size: { type: 'integer', default: 3, description: 'How big.' } })) }),
    );
    expect(sdl).toContain('  """\n  How big.\n\n  Default: 3\n  """\n  size: Int\n');
  });

  it('have fields that GraphQL takes, unique, with their own names kept', async () => {
    const names = ['ok', '$ref', '@id', 'a.b', 'a-b', '1', '__proto__', 'constructor', 'ünïcode', '日本', '{}'];
    const properties = Object.fromEntries(names.map((name) => [name, text]));
    const { sdl } = await importChecked(openapi({ '/a': answering(object(properties)) }));
    const fields = ['ok: String', 'ref: String @restName(name: "$ref")', 'id: ID @restName(name: "@id")'];
    fields.push(
      'a_b: String @restName(name: "a.b")',
      'a_b2: String @restName(name: "a-b")',
      '_1: String @restName(name: "1")',
    );
    fields.push(
      '_proto__: String @restName(name: "__proto__")',
      'constructor: String',
      'unicode: String @restName(name: "ünïcode")',
    );
    fields.push('field: String @restName(name: "日本")', 'field2: String @restName(name: "{}")');
    expect(
      sdl
        .split('type AResult {\n')[1]
        ?.split('\n}')[0]
        ?.split('\n')
        .map((line) => line.trim())
        .sort(),
    ).toEqual(fields.sort());
  });

  it('have type names that are free: not of GraphQL, of federation, of scalars or of each other', async () => {
    const names = [
      'Query',
      'String',
      'JSON',
      '_Any',
      'RestBody',
      'pet-item',
      'PetItem',
      'a.b.C',
      '3d',
      '__x',
      'true',
      '日本',
    ];
    const properties = Object.fromEntries(names.map((name, index) => [`p${index}`, ref(encodeURIComponent(name))]));
    const schemas = Object.fromEntries(names.map((name) => [name, object({ a: text })]));
    const { sdl } = await importChecked(openapi({ '/a': answering(object(properties)) }, schemas));
    expectComposes(sdl);
    expect([...sdl.matchAll(/ {2}p\d+: (\w+)/g)].map(([, type]) => type)).toEqual([
      ...[
        'QueryType',
        'StringType',
        'JSONType',
        'AnyType',
        'RestBodyType2',
        'PetItem',
        'PetItem2',
        'ABC',
        '_3d',
        'X',
        'True',
      ],
      'AResultP11',
    ]);
  });

  it('are deprecated where the document says so, but for inputs that are required', async () => {
    const old = object({ a: { ...text, deprecated: true }, b: { ...text, deprecated: true } }, { required: ['b'] });
    const { sdl } = await importChecked(
      openapi({
        '/a': answering(old),
        '/b': { post: { deprecated: true, requestBody: { content: { 'application/json': { schema: old } } } } },
      }),
    );
    expect(sdl).toContain('type AResult {\n  a: String @deprecated\n  b: String! @deprecated\n}');
    expect(sdl).toContain('input PostBInput {\n  a: String @deprecated\n  b: String!\n}');
    expect(sdl).toMatch(/@rest\(\s+method: POST[^)]*\)\s+@deprecated|@rest\(method: POST.*\)\n {4}@deprecated/);
  });
});

describe('choices', () => {
  const cat = object({ kind: text, lives: { type: 'integer' } });
  const dog = object({ kind: text, barks: { type: 'boolean' } });

  it('between objects are unions, told apart by the discriminator', async () => {
    const pet = {
      oneOf: [ref('Cat'), ref('Dog')],
      discriminator: { propertyName: 'kind', mapping: { c: ref('Cat').$ref, hound: 'Dog', dog: 'Dog' } },
    };
    const { sdl, warnings } = await outputOf(ref('Pet'), { Pet: pet, Cat: cat, Dog: dog });
    expect(sdl.replace(/\s+/g, ' ')).toContain(
      'union Pet @restType( discriminator: "kind" mapping: [ { value: "c", type: "Cat" } { value: "hound", type: "Dog" } { value: "dog", type: "Dog" } ] ) = Cat | Dog',
    );
    expect(warnings).toEqual([]);
  });

  it('are told apart by the names of the components when there is no mapping', async () => {
    const pet = { anyOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } };
    expect((await outputOf(pet, { Cat: cat, Dog: dog })).sdl).toContain(
      'union AResultField @restType(discriminator: "kind") = Cat | Dog',
    );
  });

  it('are told apart by constants, and else by their fields, with a warning', async () => {
    const constants = [object({ kind: { const: 'a' } }), object({ kind: { enum: ['b', 'c'] } })];
    const told = await outputOf({ oneOf: constants });
    expect(told.sdl.replace(/\s+/g, ' ')).toContain(
      'union AResultField @restType( discriminator: "kind" mapping: [ { value: "a", type: "AResultFieldOption1" } { value: "b", type: "AResultFieldOption2" } { value: "c", type: "AResultFieldOption2" } ] ) =',
    );
    const untold = await outputOf({ oneOf: [ref('Cat'), ref('Dog')] }, { Cat: cat, Dog: dog });
    expect(untold.sdl).toContain('union AResultField = Cat | Dog');
    expectComposes(untold.sdl);
    expect(untold.warnings).toEqual([expect.stringContaining('Add a discriminator')]);
  });

  it('have what is said beside them in every member, and their unions within are flat', async () => {
    const { schema } = await outputOf(
      object({ id: text }, { oneOf: [object({ a: text }, { title: 'First' }), { oneOf: [ref('Cat'), ref('Dog')] }] }),
      { Cat: cat, Dog: dog },
    );
    expect(print(schema.getType('AResultField'))).toMatch(/^union AResultField = AResultFieldFirst \| \w+ \| \w+$/);
    expect(print(schema.getType('AResultFieldFirst'))).toBe('"""First""" type AResultFieldFirst { a: String id: ID }');
  });

  it('that only say which properties are required choose nothing', async () => {
    const { schema } = await outputOf(
      object({ a: text, b: text }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }),
    );
    expect(print(schema.getType('AResultField'))).toBe('type AResultField { a: String b: String }');
  });

  it('by allOf from a schema with a discriminator make it an interface', async () => {
    const schemas = {
      Pet: object(
        { kind: text, owner: ref('Pet') },
        { required: ['kind'], discriminator: { propertyName: 'kind', mapping: { c: 'Cat' } } },
      ),
      Cat: { allOf: [ref('Pet'), object({ lives: { type: 'integer' } })] },
      Dog: { allOf: [ref('Pet'), object({ kind: { enum: ['dog', 'hound'] }, barks: { type: 'boolean' } })] },
    };
    const { sdl, schema } = await outputOf(ref('Pet'), schemas);
    expect(sdl.replace(/\s+/g, ' ')).toContain(
      '{ value: "c", type: "Cat" } { value: "dog", type: "Dog" } { value: "hound", type: "Dog" }',
    );
    expectComposes(sdl);
    expect(print(schema.getType('Pet'))).toBe('interface Pet { kind: String! owner: Pet }');
    expect(print(schema.getType('Dog'))).toBe('type Dog implements Pet { kind: String! owner: Pet barks: Boolean }');
  });

  it('by allOf from a schema with a discriminator are one input with the properties of all', async () => {
    const schemas = {
      Pet: object({ kind: text }, { required: ['kind'], discriminator: { propertyName: 'kind' } }),
      Cat: { allOf: [ref('Pet'), object({ lives: { type: 'integer' } }, { required: ['lives'] })] },
      Dog: { allOf: [ref('Pet'), object({ barks: { type: 'boolean' } })] },
    };
    const { schema } = await importChecked(openapi({ '/a': taking(ref('Pet')) }, schemas));
    expect(print(schema.getType('Pet'))).toBe('input Pet { kind: String! lives: Int barks: Boolean }');
  });

  it('with a base that lists its own heirs end', async () => {
    const schemas = {
      Pet: object({ kind: text }, { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } }),
      Cat: { allOf: [ref('Pet'), object({ lives: { type: 'integer' } })] },
      Dog: { allOf: [ref('Pet'), object({ barks: { type: 'boolean' } })] },
    };
    const { schema } = await outputOf(ref('Pet'), schemas);
    expect(print(schema.getType('Pet'))).toBe('union Pet = Cat | Dog');
    expect(print(schema.getType('Cat'))).toBe('type Cat { kind: String lives: Int }');
  });

  it('between inputs are one input with the properties of all', async () => {
    const members = [
      object({ kind: text, a: text }, { required: ['kind', 'a'] }),
      object({ kind: text, a: { type: 'integer' } }, { required: ['kind'] }),
    ];
    const { schema } = await importChecked(openapi({ '/a': taking({ oneOf: members }) }));
    expect(print(schema.getType('PostAInput'))).toBe('input PostAInput { kind: String! a: JSON }');
  });

  it('that are made of themselves become JSON', async () => {
    const schemas = {
      A: { oneOf: [ref('A'), ref('B')] },
      B: { oneOf: [ref('A'), text] },
      L: { type: 'array', items: ref('L') },
    };
    expect((await outputOf(ref('A'), schemas)).type).toBe('JSON');
    expect((await outputOf(ref('L'), schemas)).type).toBe('[JSON]');
  });
});
