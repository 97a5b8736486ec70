import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOpenapi } from '../../../rest-bridge/openapi/import-openapi.ts';
import { answering, expectComposes, importChecked, importRefused, openapi, ref } from './check-sdl.ts';

const toFile = (reference: string) => openapi({ '/a': answering({ $ref: reference }) });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });

describe('a document', () => {
  it.each([
    ['', 'this one has neither'],
    ['null', 'this one has neither'],
    ['[1]', 'this one has neither'],
    ['just text', 'this one has neither'],
    ['{"openapi": "4.0"}', 'not "4.0"'],
    ['{"swagger": 1.2}', 'not 1.2'],
    ['{"swagger": "2.0"}', 'describes no operation'],
    ['{"openapi": "3.1.0", "webhooks": {}}', 'describes no operation'],
    ['openapi: 3.0.0\npaths: [', 'line 2: Not YAML'],
    ['{"openapi": "3.0.0",\n "paths": }', 'line 2: Not JSON: Unexpected token'],
    ['{"openapi": "3.0.0"\n', 'line 2: Not JSON'],
    ['a: *b', 'Not YAML: Unresolved alias'],
    ['? [a]\n: b', 'A key of the YAML is a list or a map'],
  ])('that is %j is refused', async (text, expected) => {
    expect(await importRefused(text)).toEqual([expect.stringContaining(expected)]);
  });

  it('with several problems is refused with all of them and where they are', async () => {
    const problems = await importRefused(
      openapi({
        pets: {},
        '/a': 5,
        '/b': { get: 'x' },
        '/c': { get: { parameters: {} }, post: { parameters: [{ name: 'q' }, { $ref: '#/nowhere' }] } },
      }),
    );
    expect(problems).toEqual([
      '#/paths/pets: A path must begin with a slash.',
      '#/paths/~1a: A path must be an object of operations.',
      '#/paths/~1b/get: An operation must be an object.',
      '#/paths/~1c/get/parameters: "parameters" must be a list.',
      '#/paths/~1c/post/parameters/0: A parameter needs "name" and "in".',
      '#/paths/~1c/post/parameters/1: There is nothing at #/nowhere. Correct the $ref or add what it names.',
    ]);
  });

  it('may begin with a byte order mark, and YAML with merge keys and anchors', async () => {
    await importChecked(`\uFEFF${JSON.stringify(openapi({ '/a': { get: {} } }))}`);
    const yaml = 'openapi: 3.0.0\nx: &op { operationId: do }\npaths: { /a: { get: { <<: *op, deprecated: true } } }';
    const { sdl } = await importChecked(yaml);
    expect(sdl).toContain('do: Boolean');
    expect(sdl).toContain('@deprecated');
  });
});

describe('references', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'overlock-openapi-'));
    await mkdir(join(folder, 'api/schemas'), { recursive: true });
    await writeFile(join(folder, 'secret.yaml'), 'type: string');
    await writeFile(
      join(folder, 'api/schemas/pet.yaml'),
      'type: object\nproperties: { owner: { $ref: "people.json#/Owner" }, self: { $ref: "#" } }',
    );
    await writeFile(
      join(folder, 'api/schemas/people.json'),
      '{ "Owner": { "type": "object", "properties": { "pets": { "type": "array", "items": { "$ref": "./pet.yaml" } } } } }',
    );
    await writeFile(join(folder, 'api/broken.yaml'), 'a: [');
    await symlink(join(folder, 'secret.yaml'), join(folder, 'api/link.yaml'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('lead into other files below the folder, and from them', async () => {
    const { sdl } = await importChecked(toFile('./schemas/pet.yaml'), { baseDir: join(folder, 'api') });
    expect(sdl).toContain('a: Pet\n');
    expect(sdl).toContain('type Pet {\n  owner: Owner\n  self: Pet\n}');
    expect(sdl).toContain('type Owner {\n  pets: [Pet!]\n}');
  });

  it.each([
    ['https://example.com/pet.json#/Pet', 'Only files beside the document are read'],
    ['//example.com/pet.json', 'Only files beside the document are read'],
    ['file:///etc/passwd', 'Only files beside the document are read'],
    ['../secret.yaml', 'outside the folder'],
    ['schemas/../../secret.yaml', 'outside the folder'],
    ['%2e%2e/secret.yaml', 'outside the folder'],
    ['/etc/passwd', 'outside the folder'],
    ['link.yaml', 'cannot be read'],
    ['missing.yaml', 'cannot be read'],
    ['schemas/pet.yaml#/missing', 'There is nothing at schemas/pet.yaml#/missing'],
    ['schemas/people.json#/__proto__', 'There is nothing at'],
    ['broken.yaml', 'broken.yaml, line 1: Not YAML'],
    ['#anchor', 'use a JSON pointer'],
    ['#/paths/~1a/get/responses/200/content/application~1json/schema', 'or in a circle'],
  ])('to %s are refused', async (reference, expected) => {
    const problems = await importRefused(toFile(reference), { baseDir: join(folder, 'api') });
    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(problems[0]).not.toContain(folder);
  });

  it('are read through a hook instead of a folder, and without either not at all', async () => {
    const { sdl } = await importChecked(toFile('pet.yaml'), {
      readFile: async (path) => `type: integer\nx-path: ${path}`,
    });
    expect(sdl).toContain('a: Int');
    expect(await importRefused(toFile('pet.yaml'))).toEqual([expect.stringContaining('cannot be read')]);
  });

  it('in examples and in what no operation uses are not followed', async () => {
    const schema = { type: 'string', example: { $ref: 'https://example.com' } };
    await importChecked(openapi({ '/a': answering(schema) }, { Unused: object({ a: { $ref: 'missing.yaml' } }) }));
  });
});

describe('a hostile document', () => {
  it.each([
    ['JSON in JSON', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['open brackets', '['.repeat(100_000)],
    ['open brackets in YAML', `a: ${'['.repeat(100_000)}`],
    ['open braces in YAML', `a: ${'{a: '.repeat(100_000)}`],
    ['dashes', `${'- '.repeat(100_000)}a`],
    ['explicit keys', '? '.repeat(100_000)],
    ['spaces', `a:\n${' '.repeat(100_000)}b: 1`],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(100_000)}]`],
    [
      'chained aliases',
      Array.from({ length: 20_000 }, (_, index) => `k${index}: &a${index} [${index > 0 ? `*a${index - 1}` : ''}]`).join(
        '\n',
      ),
    ],
    ['quotes', '"'.repeat(20_001)],
  ])('of nothing but %s is refused at once', async (_, text) => {
    const start = performance.now();
    expect((await importRefused(text)).length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('cannot say with few words more types than are allowed', async () => {
    const doubling = Array.from({ length: 40 }, (_, index) => [
      `S${index}`,
      object({ a: ref(`S${index + 1}`), b: ref(`S${index + 1}`) }),
    ]);
    const { schema } = await importChecked(
      openapi({ '/a': answering(ref('S0')) }, { ...Object.fromEntries(doubling), S40: { type: 'string' } }),
    );
    expect(Object.keys(schema.getTypeMap()).filter((name) => /^S\d+$/.test(name))).toHaveLength(40);
    const anchors = ['x0: &a0 { type: string }'];
    for (let index = 1; index <= 40; index++) {
      anchors.push(`x${index}: &a${index} { type: object, properties: { a: *a${index - 1}, b: *a${index - 1} } }`);
    }
    const content = "{ '200': { content: { application/json: { schema: *a40 } } } }";
    const shared = await importChecked(
      `openapi: 3.0.0\n${anchors.join('\n')}\npaths: { /a: { get: { responses: ${content} } } }`,
    );
    expect(Object.keys(shared.schema.getTypeMap()).filter((name) => name.startsWith('AResult'))).toHaveLength(40);
  });

  it('with very long chains and very wide objects ends', async () => {
    const count = 5_000;
    const chain = (link: (next: object) => object) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`S${index}`, link(ref(`S${index + 1}`))]));
    for (const link of [
      (next: object) => ({ type: 'array', items: next }),
      (next: object) => ({ oneOf: [next, { type: 'string' }] }),
      (next: object) => ({ allOf: [next, object({ a: { type: 'string' } })] }),
      (next: object) => object({ next }),
    ]) {
      const document = openapi({ '/a': answering(ref('S0')) }, { ...chain(link), [`S${count}`]: { type: 'string' } });
      const { sdl } = await importOpenapi({ document: JSON.stringify(document), name: 'chain' });
      expect(sdl).toContain('path: "/a"');
    }
    const properties = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, index) => [`p${index}`, { type: 'string' }]),
    );
    const { sdl, warnings } = await importChecked(openapi({ '/a': answering(object(properties)) }));
    expect(sdl).toContain('a: JSON');
    expect(warnings).toEqual([expect.stringContaining('the object becomes JSON')]);
  });

  it('has no prototype to offer', async () => {
    const text = JSON.stringify(openapi({ '/a': answering(object({ a: { type: 'string' } })) })).replaceAll(
      '"a"',
      '"__proto__"',
    );
    const { sdl } = await importChecked(
      text.replace('"components"', '"__proto__": { "servers": [{ "url": "http://evil" }] }, "components"'),
    );
    expect(sdl).toContain('_proto__: String @restName(name: "__proto__")');
    expect(Object.hasOwn(Object.prototype, 'servers')).toBe(false);
  });

  it('with text that GraphQL cannot hold still gives SDL', async () => {
    const description = 'a """ b \\""" \u0000\u0007\uD800 \\u{1} "\\';
    const schema = object(
      { 'a"\n\uD800': { type: 'string', description, enum: ['x"\\\n', '\uD800', description] } },
      { description },
    );
    await importChecked(
      openapi({ '/a"': answering(schema, { summary: `${description}"`, description: '\n\n  indented\n    more"\n' }) }),
    );
  });
});

describe('a large document', () => {
  it('of 1,200 operations and 1,000 schemas is imported with less than 3 s of CPU', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 600 }, (_, index) => {
        const item = ref(`Schema${index}`);
        const parameters = ['id', 'limit', 'sort', 'fields', 'expand'].map((name) => ({
          name,
          in: name === 'id' ? 'path' : 'query',
          required: name === 'id',
          schema: { type: 'string', ...(name === 'sort' ? { enum: ['asc', 'desc'] } : {}) },
        }));
        const get = answering(item, {
          operationId: `getThing${index}`,
          parameters,
          description: 'What it does. '.repeat(20),
        });
        return [
          `/schema${index}/{id}`,
          {
            ...get,
            put: {
              operationId: `putThing${index}`,
              parameters,
              requestBody: { content: { 'application/json': { schema: item } } },
            },
          },
        ];
      }),
    );
    const schemas = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => {
        const properties = Object.fromEntries(
          Array.from({ length: 20 }, (_, property) => [
            `property${property}`,
            property < 4
              ? ref(`Schema${(index * 7 + property * 131) % 1_000}`)
              : { type: 'string', description: 'One of its properties.' },
          ]),
        );
        return [`Schema${index}`, object({ id: { type: 'string' }, ...properties })];
      }),
    );
    const document = JSON.stringify(openapi(paths, schemas));
    const start = process.cpuUsage();
    const { sdl } = await importOpenapi({ document, name: 'large' });
    const { user, system } = process.cpuUsage(start);
    expect(sdl.match(/@rest\(/g)).toHaveLength(1_200 + 600);
    expect((user + system) / 1_000).toBeLessThan(3_000);
    expectComposes(sdl);
  });
});
