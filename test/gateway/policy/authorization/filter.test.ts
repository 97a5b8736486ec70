import { type ExecutionResult, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSubject, someone, written } from './subject.ts';

const secured = '@authenticated';
const graph = written(`
  type Query {
    me: User users: [User!] strict: [User!]! search: [Found] founds: [Found!] node: Node hidden: Int ${secured} must: Int! ${secured}
    open(n: Int): Int
  }
  type Mutation { hide: Int ${secured} show: Int }
  interface Node { id: ID name: String }
  type User implements Node {
    id: ID name: String email: String ${secured} ssn: String! ${secured} friend: User friends: [User!]
    pets(of: Int): [Pet]
  }
  type Pet implements Node { id: ID name: String ${secured} owner: User }
  type Secret ${secured} { id: ID name: String }
  union Found = User | Pet | Secret
`);

const ann = { __typename: 'User', id: 1, name: 'Ann', email: 'ann@example.com', ssn: '1' };
const rex = { __typename: 'Pet', id: 2, name: 'Rex' };
const bob = {
  __typename: 'User',
  id: 3,
  name: 'Bob',
  email: 'bob@example.com',
  ssn: '3',
  friend: ann,
  friends: [ann],
  pets: [rex],
};
const secret = { __typename: 'Secret', id: 4, name: 'S' };
const data = {
  me: bob,
  users: [ann, bob],
  strict: [ann],
  search: [bob, rex, secret, null],
  founds: [bob, secret],
  node: rex,
  hidden: 1,
  must: 2,
  open: 3,
  hide: 1,
  show: 2,
};

const subject = createSubject(graph, { mode: 'filter' });
const pathsOf = (answer: ExecutionResult) => (answer.errors ?? []).map(({ path }) => path?.join('.'));

describe('the mode "filter"', () => {
  it.each<[text: string, ran: string | undefined, expected: unknown, paths: readonly string[]]>([
    ['{ hidden open }', '{ open }', { hidden: null, open: 3 }, ['hidden']],
    ['{ hidden }', undefined, { hidden: null }, ['hidden']],
    ['{ open must }', '{ open }', null, ['must']],
    [
      '{ hidden __schema { queryType { ...Q } } } fragment Q on __Type { name }',
      '{ __schema { queryType { ... on __Type { name } } } }',
      { hidden: null, __schema: { queryType: { name: 'Query' } } },
      ['hidden'],
    ],
    ['mutation { hide show }', 'mutation { show }', { hide: null, show: 2 }, ['hide']],
    [
      '{ me { name mail: email id } }',
      '{ me { __typename name id } }',
      { me: { name: 'Bob', mail: null, id: '3' } },
      ['me.mail'],
    ],
    ['{ me { email } }', '{ me { __typename } }', { me: { email: null } }, ['me.email']],
    ['{ me { name ssn } open }', '{ me { __typename name } open }', { me: null, open: 3 }, ['me.ssn']],
    ['{ users { id ssn } }', '{ users { __typename id } }', { users: null }, ['users.0.ssn', 'users.1.ssn']],
    ['{ strict { ssn } open }', '{ strict { __typename } open }', null, ['strict.0.ssn']],
    [
      '{ users { name friend { email } } }',
      '{ users { __typename name friend { __typename } } }',
      {
        users: [
          { name: 'Ann', friend: null },
          { name: 'Bob', friend: { email: null } },
        ],
      },
      ['users.1.friend.email'],
    ],
    // One response key, in fragments of which one is forbidden.
    [
      '{ search { ... on User { name } ... on Pet { name } } }',
      '{ search { __typename ... on User { name } } }',
      { search: [{ name: 'Bob' }, { name: null }, {}, null] },
      ['search.1.name'],
    ],
    // Asked of the interface, the name of a pet is among it.
    [
      '{ node { id name } me { ... on Node { name } } }',
      '{ node { __typename id } me { ... on Node { name } } }',
      { node: { id: '2', name: null }, me: { name: 'Bob' } },
      ['node.name'],
    ],
    [
      '{ search { kind: __typename ... on User { name } } }',
      '{ search { __typename ... on User { name } } }',
      { search: [{ kind: 'User', name: 'Bob' }, { kind: 'Pet' }, null, null] },
      ['search.2.kind'],
    ],
    ['{ founds { __typename } }', '{ founds { __typename } }', { founds: null }, ['founds.1.__typename']],
    [
      '{ me { __typename: name email } }',
      '{ me { __typename_: __typename __typename: name } }',
      { me: { __typename: 'Bob', email: null } },
      ['me.email'],
    ],
    // Fields of one key are one field, of which some is forbidden.
    [
      '{ me { friend { id } friend { email } ...F } } fragment F on User { friend { name } }',
      '{ me { __typename friend { id } friend { __typename } ... on User { friend { name } } } }',
      { me: { friend: { id: '1', email: null, name: 'Ann' } } },
      ['me.friend.email'],
    ],
    [
      '{ me { pets { owner { email } name } } }',
      '{ me { __typename pets { __typename owner { __typename } } } }',
      { me: { pets: [{ owner: null, name: null }] } },
      ['me.pets.0.name'],
    ],
  ])('answers %s', async (text, ran, expected, paths) => {
    const answered = await subject.answered(text, data);
    expect(answered.ran && printed(answered.ran.document)).toEqual(ran);
    expect(answered.answer.data).toEqual(expected);
    expect(pathsOf(answered.answer)).toEqual(paths);
    expect(answered.answer.errors?.every(({ extensions }) => extensions['code'] === 'FORBIDDEN')).toBe(true);
    const whole = await subject.answered(text, data, { identity: someone() });
    expect(whole.answer.errors).toBeUndefined();
  });

  it('keeps the order of keys that the client asked for', async () => {
    const { answer } = await subject.answered('{ me { email name friend { id email } id } hidden open }', data);
    expect(JSON.stringify(answer.data)).toBe(
      '{"me":{"email":null,"name":"Bob","friend":{"id":"1","email":null},"id":"3"},"hidden":null,"open":3}',
    );
  });

  it('withholds by what the variables include, and keeps only variables that are used', async () => {
    const text = `query Q($with: Boolean!, $n: Int, $of: Int) {
      open(n: $n) me { name email @include(if: $with) secret: ssn @skip(if: true) } hidden @include(if: $with)
      us: users { ... @include(if: $with) { pets(of: $of) { name } } }
    }`;
    const without = await subject.answered(text, data, { variables: { with: false, n: 1 } });
    expect(without.answer).toEqual({ data: { open: 3, me: { name: 'Bob' }, us: [{}, {}] } });
    const { ran, answer } = await subject.answered(text, data, { variables: { with: true, n: 1 } });
    expect(answer.data).toEqual({
      open: 3,
      me: { name: 'Bob', email: null },
      hidden: null,
      us: [{ pets: null }, { pets: [{ name: null }] }],
    });
    expect(ran?.definition.variableDefinitions?.map(({ variable }) => variable.name.value)).toEqual([
      'with',
      'n',
      'of',
    ]);
    const { ran: gone } = await subject.answered('query ($n: Int) { me { pets(of: $n) { name } } hidden }', data);
    expect(gone?.definition.variableDefinitions).toHaveLength(1);
    const dropped = await subject.answered(
      'query ($n: Int, $d: Boolean = true) { open(n: $n) hidden @include(if: $d) }',
      data,
      { variables: { d: true } },
    );
    expect(dropped.ran?.definition.variableDefinitions).toHaveLength(1);
  });

  it('gives the same operation for the same withheld parts, and another for others', async () => {
    const mixed = createSubject(
      written('type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["b"]]) c: Int }'),
      { mode: 'filter' },
    );
    const operation = mixed.operation('{ a b c }');
    const narrowed = async (scopes?: string[]) =>
      (await mixed.enforce(operation, scopes && { identity: someone({ scopes }) })).narrowed?.operation;
    const [nobody, again, user, reader] = [
      await narrowed(),
      await narrowed(),
      await narrowed([]),
      await narrowed(['b']),
    ];
    expect(again).toBe(nobody);
    expect(user).not.toBe(nobody);
    expect(new Set([nobody?.hash, user?.hash, operation.hash]).size).toBe(3);
    expect(reader).toBeUndefined();
  });

  it('leaves a failed answer and the errors of subgraphs as they are', async () => {
    const operation = subject.operation('{ me { name email } open }');
    const { narrowed } = await subject.enforce(operation);
    const failed = { data: null, errors: [] };
    expect(narrowed?.complete(failed)).toBe(failed);
    expect(narrowed?.complete({ data: { me: null, open: 1 } })).toEqual({ data: { me: null, open: 1 } });
    expect(narrowed?.errors.map(({ path }) => path)).toEqual([['me', 'email']]);
  });

  it('gives some thousands of nulls no more than a thousand errors', async () => {
    const { answer } = await subject.answered('{ users { email } }', { users: Array(3_000).fill(ann) });
    expect(answer.errors).toHaveLength(1_000);
    expect(answer.data?.['users']).toHaveLength(3_000);
    expect(JSON.stringify(answer.data)).not.toContain('ann@');
  });
});

function printed(document: Parameters<typeof print>[0]): string {
  return print(document).replace(/\s+/g, ' ');
}
