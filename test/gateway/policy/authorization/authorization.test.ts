import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import { composed, createSubject, link, someone, written } from './subject.ts';

const shop = composed({
  accounts: `${link}
    type Query { me: User @authenticated user(id: ID!): User open: String node: Node search: [Search!]! ratings(min: Rating, by: By): Int }
    type Mutation { rename(name: String!): User  reset: Boolean @requiresScopes(scopes: [["admin"]]) }
    interface Node { id: ID! label: String }
    type User implements Node @key(fields: "id") {
      id: ID!
      label: String
      name: String
      email: String @requiresScopes(scopes: [["email:read"], ["user:read", "pii"]])
      notes: [Note!]
      friends(first: Int = 3): [User!]
    }
    type Note implements Node @authenticated { id: ID! label: String text: String }
    type Ad implements Node { id: ID! label: String text: String }
    union Search = User | Note | Ad
    enum Rating @requiresScopes(scopes: [["rate"]]) { GOOD BAD }
    input By { rating: Rating ratings: [[Rating]] name: String and: By }
  `,
  billing: `${link}
    type Query { price: Int }
    type User @key(fields: "id") { id: ID! iban: Iban credit: Int @authenticated }
    scalar Iban @requiresScopes(scopes: [["pii"]])
  `,
});

describe('the directives of a supergraph', () => {
  const subject = createSubject(shop);
  const user = someone();
  const reader = someone({ scopes: ['email:read', 'pii'] });

  it.each([
    ['{ open user(id: 1) { id name } }', [], []],
    ['{ __typename me { id } }', ['me'], []],
    ['{ a: me { b: id } open }', ['a'], []],
    ['{ user(id: 1) { email } }', ['user.email'], ['user.email']],
    [
      '{ user(id: 1) { e: email friends { email } } }',
      ['user.e', 'user.friends.email'],
      ['user.e', 'user.friends.email'],
    ],
    ['{ user(id: 1) { ...F } } fragment F on User { ...G } fragment G on User { iban }', ['user.iban'], ['user.iban']],
    ['{ me { credit name email } }', ['me'], ['me.email']],
    ['{ search { ... on User { ... on Node { ... on Note { text } } } } }', [], []],
    ['mutation { reset rename(name: "x") { credit } }', ['reset', 'rename.credit'], ['reset']],
    ['{ user(id: 1) { notes { __typename } } }', ['user.notes'], []],
    // A composer writes onto an interface what its implementations demand.
    ['{ node { id } }', ['node'], []],
    ['{ user(id: 1) { ... on Node { id label } } }', [], []],
    ['{ search { ... on User { name } ... on Ad { text } } }', [], []],
    ['{ search { ... on Ad { text } ... on Note { text } } }', ['search.text'], []],
    ['{ search { ... on Node { label } } }', ['search.label'], []],
    ['{ search { ... on Node { ... on Ad { label } } } }', [], []],
    ['{ search { __typename } }', ['search.__typename'], []],
    ['{ search { ... on User { __typename } } }', [], []],
    ['{ __schema { types { name } } user(id: 1) { email } }', ['user.email'], ['user.email']],
    ['{ __schema { ...S } __type(name: "Note") { name } } fragment S on __Schema { types { name } }', [], []],
  ])('hold for %s', async (text, forAnonymous, forUser) => {
    expect(await subject.refused(text)).toEqual(forAnonymous);
    expect(await subject.refused(text, { identity: user })).toEqual(forUser);
    const everything = someone({ scopes: ['email:read', 'pii', 'admin', 'rate'] });
    expect(await subject.refused(text, { identity: everything })).toEqual([]);
  });

  it.each([
    [['email:read'], []],
    [['user:read', 'pii'], []],
    [['user:read'], ['user.email']],
    [['pii'], ['user.email']],
    [['EMAIL:READ'], ['user.email']],
  ])('take scopes %j as one of the groups that is held as a whole', async (scopes, refused) => {
    expect(await subject.refused('{ user(id: 1) { email } }', { identity: someone({ scopes }) })).toEqual(refused);
  });

  it('leave out what @skip and @include leave out', async () => {
    const text = `query ($no: Boolean!, $yes: Boolean = true) {
      me @skip(if: $yes) { id }
      user(id: 1) @include(if: $no) { email }
      again: user(id: 1) { ... @include(if: true) { email @include(if: $no) } ...F @skip(if: true) }
    } fragment F on User { email }`;
    expect(await subject.refused(text, { variables: { no: false, yes: true } })).toEqual([]);
    // A null is an error that the engine tells; until then nothing is left out.
    const nothing = 'query ($v: Boolean = true) { me @skip(if: $v) { id } }';
    expect(await subject.refused(nothing, { variables: { v: null } })).toEqual(['me']);
    expect(await subject.refused(text, { variables: { no: true, yes: false } })).toEqual([
      'me',
      'user.email',
      'again.email',
    ]);
  });

  it.each([
    ['{ ratings }', {}, []],
    ['{ ratings(min: GOOD) }', {}, ['ratings']],
    ['query ($min: Rating) { ratings(min: $min) }', {}, []],
    ['query ($min: Rating) { ratings(min: $min) }', { min: 'BAD' }, ['ratings']],
    ['{ ratings(by: { name: "x", and: { name: "y" } }) }', {}, []],
    ['{ ratings(by: { name: "x", and: { ratings: [[GOOD]] } }) }', {}, ['ratings']],
    ['query ($by: By) { ratings(by: { and: $by }) }', { by: { and: { rating: 'BAD' } } }, ['ratings']],
    ['query ($by: By) { ratings(by: $by) }', { by: { rating: null } }, []],
  ])('guard a type of an argument where it is used: %s with %j', async (text, variables, refused) => {
    expect(await subject.refused(text, { variables, identity: user })).toEqual(refused);
    expect(await subject.refused(text, { variables, identity: someone({ scopes: ['rate'] }) })).toEqual([]);
  });

  it('refuse nobody in particular with 401 and an identity with 403, naming the first paths', async () => {
    const fields = Array.from({ length: 30 }, (_, index) => `a${index}: user(id: ${index}) { email }`);
    const refusal = async (identity = anonymous) => {
      const thrown = await Promise.resolve()
        .then(() => subject.enforce(`{ ${fields.join(' ')} }`, { identity }))
        .catch((error: unknown) => error);
      if (!(thrown instanceof GatewayError)) throw new Error('It is not refused.');
      return thrown;
    };
    const unknown = await refusal();
    expect(unknown).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const forbidden = await refusal(user);
    expect(forbidden).toMatchObject({ code: 'FORBIDDEN', status: 403 });
    expect(forbidden.message).toContain('"a0.email", "a1.email"');
    expect(forbidden.message).toContain('and 10 more');
    expect(forbidden.extensions['paths']).toHaveLength(20);
    expect(forbidden.message).not.toMatch(/pii|email:read/);
  });

  it('guard the root without hiding that there is one', async () => {
    const guarded = createSubject(written('type Query @authenticated { a: Int }'));
    expect(
      await guarded.refused('{ __typename ... on Query { t: __typename a } __schema { types { name } } }'),
    ).toEqual(['a']);
  });

  it('let pass with one and the same verdict what nothing guards', async () => {
    const open = subject.operation('{ open }');
    expect(subject.enforce(open)).toBe(subject.enforce(open, { identity: reader }));
  });

  it('log only in a dry run', async () => {
    const dry = createSubject(shop, { dryRun: true });
    expect(await dry.enforce('query Q { me { email } }')).toEqual({ measured: 'UNAUTHENTICATED' });
    expect(dry.lines).toMatchObject([
      {
        level: 'warn',
        fields: { operation: 'Q', denied: [{ path: 'me', coordinate: 'Query.me', requirement: '@authenticated' }] },
      },
    ]);
  });
});

describe('the names of the directives', () => {
  const secured = (url: string, rest = '') => `@link(url: "https://specs.apollo.dev/${url}", for: SECURITY${rest})`;
  it.each([
    ['as the specification names them', '', '@authenticated'],
    ['by another name for the feature', secured('authenticated/v0.1', ', as: "login"'), '@login'],
    [
      'by an imported name',
      secured('authenticated/v0.1', ', import: [{ name: "@authenticated", as: "@loggedIn" }]'),
      '@loggedIn',
    ],
    ['in the namespace of federation', '', '@federation__authenticated'],
    [
      'imported from federation',
      '@link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@authenticated", as: "@auth" }])',
      '@auth',
    ],
    ['within @join__directive', '', '@join__directive(graphs: [A], name: "authenticated")'],
    [
      'within @join__directive, renamed by a link within another one',
      '@join__directive(graphs: [A], name: "link", args: { url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@authenticated", as: "@who" }] })',
      '@join__directive(graphs: [A], name: "who", args: {})',
    ],
  ])('are understood %s', async (_, links, directive) => {
    const subject = createSubject(written(`type Query { a: Int ${directive} b: Int }`, links));
    expect(await subject.refused('{ a b }')).toEqual(['a']);
    expect(await subject.refused('{ a b }', { identity: someone() })).toEqual([]);
  });

  it('are not taken from another feature', async () => {
    const links = '@link(url: "https://example.com/notes", import: ["@policy"])';
    expect(await createSubject(written('type Query { a: Int @policy(text: "x") }', links)).refused('{ a }')).toEqual(
      [],
    );
  });

  it('fail as a whole when the arguments cannot be read', () => {
    for (const directive of ['@policy', '@policy(policies: [[1]])', '@requiresScopes(scopes: null)']) {
      expect(() => createSubject(written(`type Query { a: Int ${directive} }`))).toThrow('Query.a');
    }
  });

  it('count from several subgraphs together', async () => {
    const subject = createSubject(
      composed({
        a: `${link} type Query { t: T @shareable } type T @key(fields: "id") { id: ID! x: Int @shareable @requiresScopes(scopes: [["a"], ["b"]]) }`,
        b: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", { name: "@requiresScopes", as: "@needs" }])
          type Query { t: T @shareable } type T @key(fields: "id") { id: ID! x: Int @shareable @needs(scopes: [["c"]]) @federation__authenticated }`,
      }),
    );
    for (const [scopes, refused] of [
      [['a', 'c'], []],
      [['b', 'c'], []],
      [['a', 'b'], ['t.x']],
      [['c'], ['t.x']],
    ] as const) {
      expect(await subject.refused('{ t { x } }', { identity: someone({ scopes: [...scopes] }) })).toEqual(refused);
    }
  });
});

describe('rules on interfaces', () => {
  const sdl = (parts: { node?: string; nodeId?: string; user?: string; userId?: string; adminId?: string }) =>
    written(`
      type Query { node: Node user: User admin: Admin }
      interface Node ${parts.node ?? ''} { id: ID ${parts.nodeId ?? ''} }
      type User implements Node ${parts.user ?? ''} { id: ID ${parts.userId ?? ''} name: String }
      type Admin implements Node { id: ID ${parts.adminId ?? ''} name: String }
    `);
  const scope = (...groups: string[][]) => `@requiresScopes(scopes: ${JSON.stringify(groups)})`;

  it.each([
    [
      'an interface field guards all implementations',
      { nodeId: '@authenticated' },
      '{ user { id name } admin { id } }',
      ['user.id', 'admin.id'],
    ],
    [
      'one implementation guards the interface',
      { userId: '@authenticated' },
      '{ node { id } admin { id } }',
      ['node.id'],
    ],
    [
      'what is only joined from one implementation leaves the other open',
      { nodeId: '@authenticated', userId: '@authenticated' },
      '{ node { id } admin { id } user { id } }',
      ['node.id', 'user.id'],
    ],
    [
      'joined scopes are those of the implementations',
      { nodeId: scope(['a', 'b']), userId: scope(['a']), adminId: scope(['b']) },
      '{ user { id } }',
      ['user.id'],
    ],
    [
      'an interface guards its objects',
      { node: '@authenticated' },
      '{ node { __typename } user { name } admin { __typename } }',
      ['node', 'user', 'admin'],
    ],
    [
      'a fragment narrows what may be there',
      { userId: '@authenticated' },
      '{ node { ... on Admin { id ... on Node { i: id } } } }',
      [],
    ],
    [
      'a fragment does not hide what is there',
      { userId: '@authenticated' },
      '{ node { ... on User { ... on Node { id } } } }',
      ['node.id'],
    ],
  ])('%s', async (_, parts, text, refused) => {
    expect(await createSubject(sdl(parts)).refused(text)).toEqual(refused);
  });

  it('lets through by an implementation who has what that one demands', async () => {
    const subject = createSubject(sdl({ nodeId: scope(['a', 'b']), userId: scope(['a']), adminId: scope(['b']) }));
    const identity = someone({ scopes: ['a'] });
    expect(await subject.refused('{ user { id } admin { id } node { id } }', { identity })).toEqual([
      'admin.id',
      'node.id',
    ]);
  });

  it('adds what an interface demands beyond its implementations', async () => {
    const subject = createSubject(sdl({ nodeId: scope(['c']), userId: scope(['a']) }));
    const asked = (...scopes: string[]) =>
      subject.refused('{ user { id } admin { id } }', { identity: someone({ scopes }) });
    expect(await asked('a')).toEqual(['user.id', 'admin.id']);
    expect(await asked('c')).toEqual(['user.id']);
    expect(await asked('a', 'c')).toEqual([]);
  });
});

describe('what a field is computed from', () => {
  it('guards it, through as many fields as it takes', async () => {
    const subject = createSubject(
      written(`
        type Query { t: T  s: S }
        type T @join__type(graph: A, key: "id") {
          id: ID! @requiresScopes(scopes: [["id"]])
          secret: Int @authenticated
          once: Int @join__field(graph: A, requires: "secret")
          twice: Int @join__field(graph: A, requires: "once") @join__field(graph: A)
          deep: Int @join__field(graph: A, requires: "s { ... on S { inner(of: 3) } }")
          circle: Int @join__field(graph: A, requires: "round twice")
          round: Int @join__field(graph: A, requires: "circle")
          keyed: Int @join__field(graph: A)
          s: U @join__field(graph: A, provides: "hidden")
        }
        type S { inner(of: Int): Int @policy(policies: [["p"]]) hidden: Int @authenticated open: Int }
        union U = S | T
      `),
    );
    const text = '{ t { once twice deep circle round keyed s { ... on S { open } } } }';
    const all = ['once', 'twice', 'deep', 'circle', 'round'].map((field) => `t.${field}`);
    expect(await subject.refused(text)).toEqual(all);
    expect(await subject.refused(text, { identity: someone() })).toEqual(['t.deep']);
  });

  it('is found in what subgraphs compose to', async () => {
    const subject = createSubject(
      composed({
        a: `${link} type Query { t: T } type T @key(fields: "id") { id: ID! secret: Int }`,
        b: `${link} type T @key(fields: "id") { id: ID! secret: Int @external open: Int @requires(fields: "secret") }`,
      }),
      { rules: [{ fields: 'T.secret', when: "'x' in identity.scopes" }] },
    );
    expect(await subject.refused('{ t { id open } }')).toEqual(['t.open']);
    expect(await subject.refused('{ t { id open } }', { identity: someone({ scopes: ['x'] }) })).toEqual([]);
  });
});
