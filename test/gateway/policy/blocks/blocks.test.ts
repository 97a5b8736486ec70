import { buildSchema } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { limitsSection } from '../../../../gateway/config/limits.ts';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import { createOperationReader } from '../../../../gateway/operation/read-operation.ts';
import { createActiveBlocks } from '../../../../gateway/policy/blocks/active-blocks.ts';
import { blockIdOf } from '../../../../gateway/policy/blocks/block.ts';
import { blockShape } from '../../../../gateway/policy/blocks/block-shape.ts';
import { createBlocks } from '../../../../gateway/policy/blocks/blocks.ts';
import type { PolicyRequest } from '../../../../gateway/policy/policy.ts';
import { MemoryRecordStore } from '../../../../gateway/store/memory-record-store.ts';
import type { StoredRecord } from '../../../../gateway/store/record-store.ts';
import { RecordTable } from '../../../../gateway/store/record-table.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const schema = buildSchema(`
  type Query { me: User  node: Node  results: [Result]  bots: [Bot] }
  interface Node { id: ID  email: String }
  interface Person implements Node { id: ID  email: String  name: String }
  type User implements Person & Node { id: ID  email: String  name: String  age: Int }
  type Bot implements Node { id: ID  email: String  owner: User }
  union Result = User | Bot
`);
const readOperation = createOperationReader({
  schema,
  limits: limitsSection.parse({}),
  introspection: true,
  suggestions: false,
});

type What = 'operation' | 'client' | 'subject' | 'field' | 'subgraph';
interface BlockOptions {
  readonly seconds?: number;
  readonly reasonIsPublic?: boolean;
}

const stores: MemoryRecordStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

async function createSubject() {
  const clock = { ms: 1_000_000 };
  const { log, lines } = createRecordingLogger();
  const store = new MemoryRecordStore(new RecordTable(() => clock.ms));
  stores.push(store);
  await store.open();
  const blocks = createActiveBlocks({ store, now: () => clock.ms, log });
  const policy = createBlocks({ blocks, schema, log });
  const block = async (what: What, name: string, { seconds, reasonIsPublic = false }: BlockOptions = {}) => {
    const value = { what, name, reason: 'the secret reason', reasonIsPublic, setBy: 'ada' };
    const expiresAtMs = seconds === undefined ? undefined : clock.ms + seconds * 1_000;
    const record: StoredRecord = { kind: 'block', id: blockIdOf({ what, name }), value, expiresAtMs };
    await store.put(blockShape.accept(record, undefined, clock.ms));
  };
  const enforce = async (query: string, asked: Partial<PolicyRequest> = {}) =>
    await policy.enforce({
      operation: readOperation({ query }, { method: 'POST' }),
      variables: {},
      identity: anonymous,
      client: { name: undefined, version: undefined },
      ip: undefined,
      requestId: 'r1',
      ...asked,
    });
  const refused = async (query: string, asked?: Partial<PolicyRequest>) =>
    await enforce(query, asked).then(
      () => false,
      (error: { code?: string }) => error.code === 'BLOCKED',
    );
  return { clock, lines, store, blocks, block, enforce, refused };
}

describe('what blocks hit', () => {
  const query = 'query Mine { me { id } }';
  const { hash } = readOperation({ query }, { method: 'POST' });
  it.each<[What, string, string, Partial<PolicyRequest>, boolean]>([
    ['operation', 'Mine', query, {}, true],
    ['operation', hash, query, {}, true],
    ['operation', 'Mine', '{ me { id } }', {}, false],
    ['operation', hash, 'query Mine { me { email } }', {}, false],
    ['client', 'shop', query, { client: { name: 'shop', version: '1' } }, true],
    ['client', 'shop', query, { client: { name: 'shop2', version: 'shop' } }, false],
    ['client', 'Mine', query, {}, false],
    ['subject', 'ada', query, { identity: { ...anonymous, kind: 'jwt', subject: 'ada' } }, true],
    ['subject', 'ada', query, { client: { name: 'ada', version: undefined } }, false],
    ['subgraph', 'Mine', query, { client: { name: 'Mine', version: undefined } }, false],
  ])('%s %s', async (what, name, text, asked, hit) => {
    const { block, refused } = await createSubject();
    expect(await refused(text, asked)).toBe(false);
    await block(what, name);
    expect(await refused(text, asked)).toBe(hit);
  });

  it.each([
    ['Query.me', '{ me { id } }', true],
    ['Query.me', '{ mine: me { id } }', true],
    ['Query.me', '{ ...F } fragment F on Query { ... { me { id } } }', true],
    ['Query.me', '{ node { id } }', false],
    ['Query.me', '{ me @skip(if: true) { id } }', true],
    // An interface's field may reach that of an implementation, and the reverse.
    ['User.email', '{ node { email } }', true],
    ['User.email', '{ node { ... on Person { email } } }', true],
    ['User.email', '{ node { ... on Bot { email } } }', false],
    ['User.email', '{ bots { email } }', false],
    ['User.email', '{ bots { owner { email } } }', true],
    ['Bot.email', '{ node { ... on Person { email } } }', false],
    ['Node.email', '{ me { email } }', true],
    ['Person.email', '{ node { email } }', true],
    ['Person.email', '{ bots { email } }', false],
    ['Node.email', '{ me { id } }', false],
    // A type stands for all of its fields.
    ['User', '{ me { age } }', true],
    ['User', '{ me { __typename } }', true],
    ['User', '{ results { __typename } }', true],
    ['User', '{ results { ... on Bot { id } } }', false],
    ['User', '{ node { id } }', true],
    ['Result', '{ bots { id } }', true],
    ['Query', '{ __typename }', true],
    ['Bot', '{ me { id } }', false],
  ])('the field %s in %s', async (name, text, hit) => {
    const { block, refused } = await createSubject();
    await block('field', name);
    expect(await refused(text)).toBe(hit);
    expect(await refused(text)).toBe(hit);
  });

  it('tells once of a field that the schema has not', async () => {
    const { block, refused, lines } = await createSubject();
    const unknown = ['ID', 'Result.id', 'User.phone', 'User.toString', 'Users'];
    for (const name of unknown) await block('field', name);
    expect([await refused('{ me { id } }'), await refused('{ node { id } }')]).toEqual([false, false]);
    const warnings = lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['field']);
    expect(warnings.sort()).toEqual(unknown);
  });
});

describe('how long blocks count', () => {
  it('is until they end, are lifted, or others take their place, and never less than another says', async () => {
    const { clock, block, store, refused, enforce, blocks } = await createSubject();
    await block('field', 'Query.me', { seconds: 60 });
    await block('operation', 'Mine', { seconds: 90 });
    const query = 'query Mine { me { id } }';
    await expect(enforce(query)).rejects.toMatchObject({ headers: { 'retry-after': '90' } });
    clock.ms += 89_500;
    await expect(enforce(query)).rejects.toMatchObject({ headers: { 'retry-after': '1' } });
    clock.ms += 500;
    expect(await refused(query)).toBe(false);
    await block('field', 'Query.me');
    expect(await refused(query)).toBe(true);
    await store.remove('block', blockIdOf({ what: 'field', name: 'Query.me' }));
    expect(await refused(query)).toBe(false);
    blocks.close();
    await block('field', 'Query.me');
    expect(await refused(query)).toBe(false);
  });

  it('is told of subgraphs from memory', async () => {
    const { clock, block, blocks } = await createSubject();
    expect(blocks.isSubgraphBlocked('users')).toBe(false);
    await block('subgraph', 'users', { seconds: 1 });
    expect(['users', 'user', '__proto__'].map(blocks.isSubgraphBlocked)).toEqual([true, false, false]);
    clock.ms += 1_000;
    expect(blocks.isSubgraphBlocked('users')).toBe(false);
  });
});

describe('what clients are told', () => {
  it.each<[What, string, BlockOptions, string, Record<string, unknown>]>([
    ['operation', 'Q', { seconds: 60 }, 'This operation is blocked for now: try again in 60 s.', { retryAfter: 60 }],
    ['operation', 'Q', {}, 'This operation is blocked for now: ask who runs this API.', {}],
    ['client', 'shop', { seconds: 60 }, 'This client is blocked for now: try again in 60 s.', { retryAfter: 60 }],
    [
      'field',
      'User.id',
      { seconds: 5 },
      '"User.id" is blocked for now: leave it out, or try again in 5 s.',
      { coordinate: 'User.id', retryAfter: 5 },
    ],
    [
      'field',
      'User',
      { reasonIsPublic: true },
      '"User" is blocked for now: leave it out, or ask who runs this API. Reason: the secret reason',
      { coordinate: 'User' },
    ],
  ])('of %s %s %j', async (what, name, options, message, extensions) => {
    const { block, enforce } = await createSubject();
    await block(what, name, options);
    const asked = enforce('query Q { me { id } }', { client: { name: 'shop', version: undefined } });
    await expect(asked).rejects.toMatchObject({ code: 'BLOCKED', status: 503, message });
    const error = await asked.catch((thrown: { extensions: unknown; headers: unknown }) => thrown);
    const headers = 'retryAfter' in extensions ? { 'retry-after': String(extensions['retryAfter']) } : {};
    expect([Reflect.get(error, 'extensions'), Reflect.get(error, 'headers')]).toEqual([extensions, headers]);
  });
});

describe('records that are none of blocks', () => {
  const good = { what: 'client', name: 'shop', reason: 'r', setBy: 'ada' };
  const bad: readonly unknown[] = [
    undefined,
    null,
    'client shop',
    [],
    {},
    { ...good, what: 'planet' },
    { ...good, name: '' },
    { ...good, name: 'x'.repeat(1_001) },
    { ...good, name: ['shop'] },
    { ...good, reason: undefined },
    { ...good, what: 'field', name: 'User.email.x' },
    { ...good, what: 'field', name: 'User.*' },
  ];

  it('are ignored and told of, and the others count', async () => {
    const { store, block, refused, lines } = await createSubject();
    await block('operation', 'Q');
    for (const [index, value] of bad.entries()) {
      await store.put({ kind: 'block', id: `bad${index}`, value, expiresAtMs: undefined });
    }
    expect(await refused('query Q { me { id } }')).toBe(true);
    expect(await refused('{ me { id } }', { client: { name: 'shop', version: undefined } })).toBe(false);
    const ids = bad.map((_value, index) => `bad${index}`).sort();
    expect(lines.findLast(({ level }) => level === 'warn')?.fields).toEqual({ ids });
  });

  it('are not accepted from operators, who do not say either when they set a block', () => {
    const record = { kind: 'block', id: 'a', expiresAtMs: undefined } as const;
    for (const value of bad) {
      expect(() => blockShape.accept({ ...record, value }, undefined, 0)).toThrow('A block says what it blocks');
    }
    const { value } = blockShape.accept({ ...record, value: { ...good, setAt: 'never', more: 1 } }, undefined, 0);
    expect(value).toEqual({ ...good, reasonIsPublic: false, setAt: '1970-01-01T00:00:00.000Z' });
  });
});
