import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsSection } from '../../../../gateway/config/documents.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { parseParams } from '../../../../gateway/http/parse-params.ts';
import { parseSearch } from '../../../../gateway/http/parse-search.ts';
import { createDocuments, type Documents } from '../../../../gateway/operation/documents/documents.ts';
import { readManifest } from '../../../../gateway/operation/documents/read-manifest.ts';
import type { OperationParams } from '../../../../gateway/operation/operation.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const apqOf = (sha256Hash: unknown, more: Record<string, unknown> = {}) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash, ...more } },
});

const me = 'query Me { me { id } }';
const you = 'query You { you { id } }';
const other = 'query Other { other }';

let folder = '';
const place = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'overlock-documents-'));
  const apollo = {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: digestOf('x'), body: me }],
  };
  await writeFile(place('plain.json'), JSON.stringify({ me, 'sha256:abc': you, ['__proto__']: you }));
  await writeFile(place('apollo.json'), JSON.stringify(apollo));
  await mkdir(place('folder/inner'), { recursive: true });
  await writeFile(place('folder/Me.graphql'), me);
  await writeFile(place('folder/inner/You.gql'), you);
  await writeFile(place('folder/notes.txt'), other);
});
afterAll(() => rm(folder, { recursive: true }));

interface TestDocuments extends Documents {
  readonly lines: ReturnType<typeof createRecordingLogger>['lines'];
  /** The text that a request runs, or the code of the refusal. */
  readonly run: (params: OperationParams) => string | undefined;
}

async function documentsOf(section: Record<string, unknown>): Promise<TestDocuments> {
  const { log, lines } = createRecordingLogger();
  const documents = createDocuments(documentsSection.parse(section), { readManifest, log });
  expect(await documents.reload()).toEqual([]);
  const run = (params: OperationParams) => {
    try {
      return documents.resolve(params).query;
    } catch (error) {
      if (error instanceof GatewayError) return error.code;
      throw error;
    }
  };
  return { ...documents, lines, run };
}

describe('trusted documents', () => {
  it.each<[string, OperationParams, string | undefined]>([
    ['plain.json', { documentId: 'me' }, me],
    ['plain.json', { documentId: 'sha256:abc' }, you],
    ['plain.json', { documentId: digestOf(me) }, me],
    ['plain.json', { documentId: `sha256:${digestOf(me).toUpperCase()}` }, me],
    ['plain.json', apqOf(digestOf(you)), you],
    ['plain.json', { query: me }, me],
    ['plain.json', { query: me, documentId: 'me' }, me],
    ['plain.json', { query: me, ...apqOf(digestOf(me)) }, me],
    ['plain.json', {}, undefined],
    ['apollo.json', apqOf(digestOf('x')), me],
    ['apollo.json', { documentId: digestOf('x') }, me],
    ['folder', { documentId: 'Me' }, me],
    ['folder', { documentId: 'inner/You' }, you],
    ['folder', { documentId: digestOf(you) }, you],
  ])('of %s are run by identifier and by text: %o', async (manifest, params, text) => {
    const { run } = await documentsOf({ mode: 'enforce', manifest: place(manifest) });
    expect(run(params)).toBe(text);
  });

  it.each<[OperationParams, string]>([
    [{ query: other }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ query: `${me} ` }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ query: other, ...apqOf(digestOf(other)) }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [apqOf(digestOf(other)), 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ documentId: 'notes' }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ documentId: '../folder/Me' }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ documentId: 'toString' }, 'TRUSTED_DOCUMENT_REQUIRED'],
    [{ documentId: 'Me', query: other }, 'BAD_REQUEST'],
    [{ documentId: 'Me', query: you }, 'BAD_REQUEST'],
    [{ ...apqOf(digestOf(me)), query: you }, 'BAD_REQUEST'],
    [{ ...apqOf(digestOf(other)), query: me }, 'BAD_REQUEST'],
    [{ documentId: 'Me', ...apqOf(digestOf(me)) }, 'BAD_REQUEST'],
    [{ documentId: '' }, 'BAD_REQUEST'],
    [{ documentId: 'x'.repeat(257) }, 'BAD_REQUEST'],
  ])('are the only ones in enforce mode, whatever automatic persisted queries say: %o', async (params, code) => {
    const { run } = await documentsOf({ mode: 'enforce', manifest: place('folder'), apq: true });
    expect([run(params), run(params)]).toEqual([code, code]);
  });

  it('are told apart in audit mode, where each other document is logged once', async () => {
    const { run, lines } = await documentsOf({ mode: 'audit', manifest: place('folder') });
    expect(run({ query: me })).toBe(me);
    expect(run({ documentId: 'Me' })).toBe(me);
    expect(run({ documentId: 'Nobody' })).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(lines).toEqual([]);
    expect(run({ query: other, operationName: 'Other', ...apqOf(digestOf(other)) })).toBe(other);
    expect(run(apqOf(digestOf(other)))).toBe(other);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'A document that is not trusted was run.',
        fields: { sha256: digestOf(other), operationName: 'Other' },
      },
    ]);
  });

  it('are unknown in mode off, and texts are run as they come', async () => {
    const { run } = await documentsOf({ manifest: place('folder') });
    expect(run({ documentId: 'Me' })).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(run({ documentId: 'Me', query: other })).toBe(other);
    expect(run({ query: other })).toBe(other);
  });

  it('are none before the manifest is read, and stay when it cannot be read anew', async () => {
    const { log } = createRecordingLogger();
    const section = documentsSection.parse({ mode: 'enforce', manifest: place('changing.json') });
    const { resolve, reload } = createDocuments(section, { readManifest, log });
    const refused = expect.objectContaining({ code: 'TRUSTED_DOCUMENT_REQUIRED' });
    expect(() => resolve({ query: me })).toThrow(refused);
    expect(await reload()).toEqual([expect.stringMatching(/^It cannot be read: ENOENT/)]);
    await writeFile(place('changing.json'), JSON.stringify({ a: me }));
    expect(await reload()).toEqual([]);
    expect(resolve({ documentId: 'a', operationName: 'Me' })).toEqual({
      documentId: 'a',
      operationName: 'Me',
      query: me,
    });
    await writeFile(place('changing.json'), '{');
    expect(await reload()).toEqual(['It is not valid JSON.']);
    expect(resolve({ documentId: 'a' }).query).toBe(me);
    await writeFile(place('changing.json'), JSON.stringify({ b: me }));
    expect(await reload()).toEqual([]);
    expect(() => resolve({ documentId: 'a' })).toThrow(refused);
  });

  it.each<[unknown, string | RegExp]>([
    [[], 'It must be a JSON object.'],
    [{ a: 1 }, 'The text of document "a" must be a string.'],
    [{ a: ' ' }, 'Document "a" is empty.'],
    [{ '': me }, 'A document has an empty identifier.'],
    [{ ['x'.repeat(300)]: me }, /has an identifier of more than 256 characters\.$/],
    [{ format: 'other', operations: [] }, 'Its format is not known; only "apollo-persisted-query-manifest" is.'],
    [
      { format: 'apollo-persisted-query-manifest', operations: [{ id: 'a', body: me }, { id: 'a' }] },
      'Operation 2 must have an "id" and a "body".',
    ],
    [
      {
        format: 'apollo-persisted-query-manifest',
        operations: [
          { id: 'a', body: me },
          { id: 'a', body: you },
        ],
      },
      'Document "a" is there twice, with different texts.',
    ],
  ])('are not taken from a manifest that is wrong: %j', async (manifest, problem) => {
    await writeFile(place('wrong.json'), JSON.stringify(manifest));
    expect(await readManifest(place('wrong.json'))).toEqual({
      kind: 'failed',
      problems: [typeof problem === 'string' ? problem : expect.stringMatching(problem)],
    });
  });

  it('need a manifest unless the mode is off', () => {
    expect(documentsSection.safeParse({ mode: 'audit' }).error?.issues).toMatchObject([{ path: ['manifest'] }]);
    expect(documentsSection.parse(undefined)).toMatchObject({ mode: 'off', apq: true });
  });
});

describe('automatic persisted queries', () => {
  it('are known once they were sent with their text', async () => {
    const { run, resolve } = await documentsOf({});
    expect(() => resolve(apqOf(digestOf(me)))).toThrow(
      expect.objectContaining({ code: 'PERSISTED_QUERY_NOT_FOUND', status: 200, message: 'PersistedQueryNotFound' }),
    );
    expect(run({ query: me, ...apqOf(digestOf(me).toUpperCase()) })).toBe(me);
    expect(run(apqOf(digestOf(me)))).toBe(me);
    expect(run({ documentId: digestOf(me) })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('are not supported when they are off', async () => {
    const { run, resolve } = await documentsOf({ apq: false });
    expect(run({ query: me, ...apqOf(digestOf(me)) })).toBe(me);
    expect(() => resolve(apqOf(digestOf(me)))).toThrow(
      expect.objectContaining({
        code: 'PERSISTED_QUERY_NOT_SUPPORTED',
        status: 200,
        message: 'PersistedQueryNotSupported',
      }),
    );
  });

  it.each([
    [apqOf(digestOf(you))],
    [apqOf('../../etc/passwd')],
    [apqOf('a'.repeat(63))],
    [apqOf(`${digestOf(me)}\r\nSET a b`)],
    [apqOf(7)],
    [apqOf(undefined)],
    [apqOf(digestOf(me), { version: 2 })],
    [{ extensions: { persistedQuery: digestOf(me) } }],
    [{ extensions: { persistedQuery: [] } }],
  ])('are refused when the hash is not that of the text, or none: %j', async (params) => {
    const { run } = await documentsOf({});
    expect(run({ query: me, ...params })).toBe('BAD_REQUEST');
    expect(run(apqOf(digestOf(me)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(run(apqOf(digestOf(you)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('keep no more than the memory that they have, those that are used', async () => {
    const { run } = await documentsOf({ apqBytes: '64kb' });
    const textOf = (index: number) => `query Q${index} { me { id } }`;
    const count = 100_000;
    for (let index = 0; index < count; index += 1) {
      run({ query: textOf(index), ...apqOf(digestOf(textOf(index))) });
      run(apqOf(digestOf(textOf(0))));
    }
    let kept = 0;
    for (let index = count - 1_000; index < count; index += 1) {
      if (run(apqOf(digestOf(textOf(index)))) === textOf(index)) kept += 1;
    }
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan((64 * 1024) / 300);
    expect(run(apqOf(digestOf(textOf(0))))).toBe(textOf(0));
    const long = `{ me { id } } # ${'x'.repeat(10_000)}`;
    expect(run({ query: long, ...apqOf(digestOf(long)) })).toBe(long);
    expect(run(apqOf(digestOf(long)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

describe('the parameters of a request', () => {
  const limits = { jsonDepth: 20, batch: 2 };

  it('may hold a documentId in the place of the text, by POST and by GET', () => {
    expect(parseParams('{"documentId":"a"}', limits)).toMatchObject({ documentId: 'a', query: undefined });
    expect(parseParams('[{"documentId":"a"},{"query":"{ a }"}]', limits)).toMatchObject([{ documentId: 'a' }, {}]);
    expect(parseSearch('/graphql?documentId=sha256%3Aa&variables=%7B%7D', limits)).toMatchObject({
      documentId: 'sha256:a',
      variables: {},
    });
  });

  it.each(['{"documentId":7}', '{"documentId":null}', '{"extensions":{"persistedQuery":null}}'])(
    'must name a document: %s',
    (body) => {
      expect(() => parseParams(body, limits)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    },
  );
});
