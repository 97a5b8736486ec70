import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSchema, getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createReader, defaultLimits, refusalOf, refusalOfParams, refusalOfText } from './shop.ts';

const post = { method: 'POST' } as const;
const get = { method: 'GET' } as const;

describe('an operation that is read', () => {
  const read = createReader();

  it('says its kind and name, and has the definition and the document', () => {
    const operation = read(
      { query: 'query Me { me { id } } mutation Rename { rename(id: 1, name: "x") { id } }', operationName: 'Rename' },
      post,
    );
    expect(operation).toMatchObject({ kind: 'mutation', name: 'Rename', introspectionOnly: false });
    expect(operation.definition.name?.value).toBe('Rename');
    expect(operation.document.definitions).toContain(operation.definition);
    expect(read({ query: '{ me { id } }' }, post)).toMatchObject({ kind: 'query', name: undefined });
    expect(read({ query: 'subscription { renamed { id } }' }, get)).toMatchObject({ kind: 'subscription' });
  });

  it('is the same object each time, under a hash of its text and name', () => {
    const query = 'query A { me { id } } query B { me { id } }';
    const [a, b] = ['A', 'B'].map((operationName) => read({ query, operationName }, post));
    expect(read({ query, operationName: 'A' }, get)).toBe(a);
    expect(a?.hash).toBe(createHash('sha256').update(`${query}\0A`).digest('hex'));
    expect(b?.hash).not.toBe(a?.hash);
    expect(b?.document).toBe(a?.document);
  });

  it.each([
    ['{ __typename }', true],
    ['{ __schema { description } ...f } fragment f on Query { ... { a: __type(name: "User") { name } } }', true],
    ['{ __typename ...f } fragment f on Query { me { id } }', false],
    [
      getIntrospectionQuery({
        oneOf: true,
        specifiedByUrl: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        directiveIsRepeatable: true,
      }),
      true,
    ],
  ])('knows whether it is introspection only: %#', (query, introspectionOnly) => {
    expect(read({ query }, post).introspectionOnly).toBe(introspectionOnly);
  });
});

describe('names of object members', () => {
  it('are names like others', () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON'];
    const query = names
      .map(
        (name) =>
          `fragment ${name} on User { ${name}: id ${name}: id } query ${name}($${name}: JSON) { ${name}: me { ...${name} } search(json: $${name}) { __typename } }`,
      )
      .join('\n');
    const read = createReader();
    for (const name of names) expect(read({ query, operationName: name }, post).name).toBe(name);
  });
});

describe('the choice of the operation', () => {
  const two = 'query A { me { id } } query B { me { name } }';

  it.each([
    ['the only one, without a name', '{ me { id } }', undefined, undefined],
    ['the only one, though it has a name', 'query A { me { id } }', undefined, 'A'],
    ['the only one, with an empty name', 'query A { me { id } }', '', 'A'],
    ['the one that is named', two, 'B', 'B'],
    [
      'one with the name of an object member',
      'query constructor { me { id } } query __proto__ { me { id } }',
      '__proto__',
      '__proto__',
    ],
  ])('takes %s', (_, query, operationName, name) => {
    expect(createReader()({ query, operationName }, post).name).toBe(name);
  });

  it.each([
    ['two and no name', two, undefined, 'The document has 2 operations. Say by "operationName" which of them to run.'],
    ['two and an empty name', two, '', 'The document has 2 operations. Say by "operationName" which of them to run.'],
    ['an unknown name', two, 'C', 'The document has no operation named "C".'],
    [
      'a name for one that has none',
      '{ me { id } }',
      'constructor',
      'The document has no operation named "constructor".',
    ],
    ['a name of 50 KB', two, 'x'.repeat(50_000), `The document has no operation named "${'x'.repeat(100)}…".`],
  ])('is refused for %s', (_, query, operationName, message) => {
    expect(refusalOfParams({ query, operationName })).toMatchObject({
      status: 400,
      code: 'OPERATION_RESOLUTION_FAILURE',
      message,
    });
  });

  it('refuses a mutation by GET, whichever way it is chosen', () => {
    const read = createReader();
    const query = 'query A { me { id } } mutation B { rename(id: 1, name: "x") { id } }';
    expect(read({ query, operationName: 'A' }, get).kind).toBe('query');
    expect(refusalOf(() => read({ query, operationName: 'B' }, get))).toMatchObject({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      headers: { allow: 'POST' },
    });
    expect(read({ query, operationName: 'B' }, post).kind).toBe('mutation');
  });
});

describe('a document', () => {
  it.each([
    ['is missing', undefined, 'BAD_REQUEST', 'The request has no document. Send its text as "query".'],
    ['is empty', '', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected <EOF>.'],
    ['is a comment', '# { me { id } }', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected <EOF>.'],
    ['is cut off', '{ me { id }', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.'],
    ['has a NUL', '{ me { id } }\0', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected character: U+0000.'],
    [
      'has a lone surrogate',
      '{ search(text: "\ud800") { __typename } }',
      'GRAPHQL_PARSE_FAILED',
      'Syntax Error: Invalid character within String: U+D800.',
    ],
    ['has a homoglyph', '{ m\u0435 { id } }', 'GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected character: U+0435.'],
    [
      'has a text that runs from right to left',
      '{ \u202eme { id } }',
      'GRAPHQL_PARSE_FAILED',
      'Syntax Error: Unexpected character: U+202E.',
    ],
    [
      'has a wrong escape',
      '{ search(text: "\\q") { __typename } }',
      'GRAPHQL_PARSE_FAILED',
      'Syntax Error: Invalid character escape sequence: "\\q".',
    ],
    ['has a typo', '{ me { nam } }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nam" on type "User".'],
    [
      'asks for federation by _service',
      '{ _service { sdl } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "_service" on type "Query".',
    ],
    [
      'asks for federation by _entities',
      '{ _entities(representations: []) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot query field "_entities" on type "Query".',
    ],
    [
      'defines a type',
      'type Query { me: Int } { me { id } }',
      'GRAPHQL_VALIDATION_FAILED',
      'The "Query" definition is not executable.',
    ],
    [
      'extends the schema',
      'extend schema @link(url: "x") { query: Q }',
      'GRAPHQL_VALIDATION_FAILED',
      'The schema definition is not executable.',
    ],
    [
      'wants @defer',
      '{ me { ... @defer { id } } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Answers are not delivered in parts here. Remove @defer and the answer comes as a whole.',
    ],
    [
      'wants @stream',
      '{ search @stream(initialCount: 1) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
      'Answers are not delivered in parts here. Remove @stream and the answer comes as a whole.',
    ],
    [
      'subscribes to two fields',
      'subscription { renamed { id } removed }',
      'GRAPHQL_VALIDATION_FAILED',
      'Anonymous Subscription must select only one top level field.',
    ],
    [
      'has a ring of fragments',
      '{ me { ...a } } fragment a on User { ...b } fragment b on User { ...a }',
      'GRAPHQL_VALIDATION_FAILED',
      'Cannot spread fragment "a" within itself via "b".',
    ],
    [
      'has two fragments of one name, one of them cyclic',
      '{ me { ...a } } fragment a on User { id } fragment a on User { ...a }',
      'GRAPHQL_VALIDATION_FAILED',
      'There can be only one fragment named "a".',
    ],
    ['has an unknown fragment', '{ me { ...a } }', 'GRAPHQL_VALIDATION_FAILED', 'Unknown fragment "a".'],
  ])('that %s is refused', (_, query, code, message) => {
    expect(refusalOfParams({ query })).toMatchObject({ status: 400, code, message });
  });

  it('of a kind of operation that the schema does not have is refused', () => {
    const schema = buildSchema('type Query { me: Int }');
    expect(refusalOfText('mutation { x }', { schema })).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: 'The schema has no mutation type.',
    });
    expect(refusalOfText('subscription { x }', { schema })?.message).toBe('The schema has no subscription type.');
  });

  it('with several mistakes is refused with all of them and their places', () => {
    expect(refusalOfText('{\n  me { nope }\n\r\n\tsearch(firts: 1) { id }\n}')?.errors).toEqual([
      {
        message: 'Cannot query field "nope" on type "User".',
        locations: [{ line: 2, column: 8 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
      {
        message: 'Unknown argument "firts" on field "Query.search".',
        locations: [{ line: 4, column: 9 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
      {
        message: 'Cannot query field "id" on type "Result".',
        locations: [{ line: 4, column: 21 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    expect(refusalOfText('{\n me {}\n}')?.errors?.[0]?.locations).toEqual([{ line: 2, column: 6 }]);
  });

  it.each([
    ['{ me { nam } }', 'Did you mean "name"'],
    ['{ search(firts: 1) { __typename } }', 'Did you mean "first"'],
    ['{ search(sort: AS) { __typename } }', 'Did you mean the enum value "ASC"?'],
    ['{ search(filter: { maxx: 1 }) { __typename } }', 'Did you mean "max"'],
    ['{ search { id } }', 'Did you mean to use an inline fragment on'],
    ['{ node(id: 1) { ... on Usr { id } } }', 'Did you mean "User"?'],
  ])('gets suggestions only where they are allowed: %s', (query, suggestion) => {
    expect(refusalOfText(query, { suggestions: true })?.message).toContain(suggestion);
    expect(JSON.stringify(refusalOfText(query, { suggestions: false }))).not.toContain('Did you mean');
  });

  it('that introspects is refused where introspection is off, whatever the disguise', () => {
    const refused = [
      '{ __schema { types { name } } }',
      '{ a: __type(name: "User") { name } }',
      '{,,,__schema,{,types,{,name,},},}',
      '{ me { id } ...f } fragment f on Query { ... { __schema { description } } }',
      'query A { me { id } } query B { __schema { description } }',
      '{ me { __schema { description } } }',
      '{ me { id } } fragment unused on Query { __schema { description } }',
      getIntrospectionQuery(),
    ];
    for (const query of refused) {
      expect(refusalOfText(query, { introspection: false }), query).toMatchObject({
        status: 400,
        code: 'INTROSPECTION_DISABLED',
      });
    }
    expect(refusalOfText('{ __typename me { __typename } }', { introspection: false })).toBeUndefined();
  });
});

describe('the cache', () => {
  const createAsked = (options: Parameters<typeof createReader>[0] = {}) => {
    const asked: boolean[] = [];
    return { asked, read: createReader({ ...options, onCacheAsked: (hit) => asked.push(hit) }) };
  };

  it('knows a document again, whatever operation of it is asked for, and a refused one too', () => {
    const { asked, read } = createAsked();
    const query = 'query A { me { id } } query B { me { id } }';
    read({ query, operationName: 'A' }, post);
    read({ query, operationName: 'B' }, post);
    const refused = () => refusalOf(() => read({ query: '{ nope }' }, post));
    expect(refused()).toEqual(refused());
    expect(asked).toEqual([false, true, false, true]);
  });

  it('knows a long document by its digest, which cannot be taken by another document', () => {
    const { asked, read } = createAsked();
    const query = `{ me { id } } # ${'x'.repeat(10_000)}`;
    const digest = createHash('sha256').update(query).digest('hex');
    expect(refusalOf(() => read({ query: digest }, post))?.code).toBe('GRAPHQL_PARSE_FAILED');
    expect(read({ query }, post)).toBe(read({ query }, post));
    expect(asked).toEqual([false, false, true]);
  });

  it('keeps as many documents as the limit says, those that were used last', () => {
    const { asked, read } = createAsked({ limits: { ...defaultLimits, cachedOperations: 2 } });
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) read({ query: `{ ${name}: __typename }` }, post);
    expect(asked).toEqual([false, false, true, false, true, false]);
  });

  it('keeps fewer documents when they are large', () => {
    const { asked, read } = createAsked({ limits: { ...defaultLimits, cachedOperations: 10 } });
    const texts = Array.from({ length: 5 }, (_, index) => `{ me { ${'name '.repeat(900)} } } # ${index}`);
    for (const query of [...texts, ...texts]) read({ query }, post);
    expect(asked).toEqual(Array(10).fill(false));
    read({ query: texts[4] }, post);
    expect(asked.at(-1)).toBe(true);
  });

  it('leaves the heap bounded after 2,000 distinct documents, valid, refused and large', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const read = createReader({ limits: { ...defaultLimits, cachedOperations: 50 } });
    const readMany = (count: number, salt: string) => {
      for (let index = 0; index < count; index += 1) {
        read({ query: `query Q${index} { me { id name friend { id } } } # ${salt}` }, post);
        refusalOf(() => read({ query: `{ nope${index} } # ${salt}` }, post));
        if (index % 50 === 0) refusalOf(() => read({ query: `{ nope${index}(x: "${salt.repeat(20_000)}") }` }, post));
      }
    };
    readMany(200, 'warm');
    collect();
    const before = process.memoryUsage().heapUsed;
    readMany(1_000, 'full');
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(3_000_000);
  });
});
