import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { inputRulesSection } from '../../../../gateway/config/input-rules.ts';
import { limitsSection } from '../../../../gateway/config/limits.ts';
import { GatewayError } from '../../../../gateway/errors.ts';
import { anonymous } from '../../../../gateway/identity/identity.ts';
import { createOperationReader } from '../../../../gateway/operation/read-operation.ts';
import { createVariablesReader } from '../../../../gateway/operation/read-variables.ts';
import { createInputRules } from '../../../../gateway/policy/input-rules/input-rules.ts';
import { toNoise } from '../../../support/noise.ts';
import { createRecordingLogger } from '../../../support/recording-logger.ts';

const schema = buildSchema(`
  directive @note(text: String) on FIELD
  scalar Email
  scalar JSON
  enum Order { ASC DESC }
  input LoginInput { name: String = "ok"  password: String!  mail: Email  tags: [String!]  next: LoginInput  data: JSON }
  interface Node { children(filter: String): [Node] }
  type Query {
    search(text: String, ids: [ID!], order: Order, mail: Email, mails: [[Email]]): Int
    find(text: String, where: JSON): Int
    node: Node
  }
  type User implements Node { children(filter: String): [Node] }
  type Bot implements Node { children(filter: String): [Node] }
  type Mutation { login(input: LoginInput, password: String): Int }
`);
const limits = limitsSection.parse({ aliases: 5_000, selections: 10_000, rootFields: 5_000, tokens: 50_000 });
const readOperation = createOperationReader({ schema, limits, introspection: true, suggestions: false });
const readVariables = createVariablesReader({ schema, limits });

type Rule = Readonly<Record<string, unknown>>;

function createPolicy(rules: readonly Rule[], mode?: string) {
  const { log, lines } = createRecordingLogger();
  const policy = createInputRules({ schema, config: inputRulesSection.parse({ mode, rules }), log });
  const enforce = async (query: string, variables: Record<string, unknown> = {}) => {
    const operation = readOperation({ query }, { method: 'POST' });
    return await policy.enforce({
      operation,
      variables: readVariables(operation, variables),
      identity: anonymous,
      client: { name: undefined, version: undefined },
      ip: undefined,
      requestId: 'r1',
    });
  };
  /** Where it is refused and by what, such as `Query.search(text:) maxLength`; `passes` when it is not. */
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    try {
      await enforce(query, variables);
      return 'passes';
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return `${error.extensions['coordinate']} ${error.extensions['rule']}`;
    }
  };
  return { ask, enforce, lines };
}

const short = (at: string): Rule => ({ at, maxLength: 3 });

describe('where rules hold', () => {
  const search = 'query ($v: String) { search(text: $v) }';
  it.each<[string, string, string, Record<string, unknown>?]>([
    // Literals, and variables of the same value.
    ['String', '{ search(text: "long") }', 'Query.search(text:) maxLength'],
    ['String', '{ search(text: "fit") }', 'passes'],
    ['String', '{ search(text: """long""") }', 'Query.search(text:) maxLength'],
    ['String', search, 'Query.search(text:) maxLength', { v: 'long' }],
    ['String', search, 'passes', { v: 'fit' }],
    ['String', search, 'passes', { v: null }],
    ['String', search, 'passes', {}],
    ['String', 'query ($v: String = "long") { search(text: $v) }', 'Query.search(text:) maxLength'],
    // Types.
    ['Email', '{ search(text: "long", mail: "fit") }', 'passes'],
    ['Email', '{ search(mails: [["fit"], ["long"]]) }', 'Query.search(mails:) maxLength'],
    [
      'Email',
      'query ($v: [[Email]]) { search(mails: $v) }',
      'Query.search(mails:) maxLength',
      { v: [['fit', 'long']] },
    ],
    ['Email', 'query ($v: Email) { search(mails: [["a", $v]]) }', 'Query.search(mails:) maxLength', { v: 'long' }],
    ['ID', '{ search(ids: [1, 12345]) }', 'Query.search(ids:) maxLength'],
    ['ID', 'query ($v: [ID!]) { search(ids: $v) }', 'Query.search(ids:) maxLength', { v: [1, 12345] }],
    ['*', '{ search(order: DESC) }', 'passes'],
    ['*', '{ search(ids: 1234) }', 'Query.search(ids:) maxLength'],
    // Arguments.
    ['Query.search(text:)', search, 'Query.search(text:) maxLength', { v: 'long' }],
    ['Query.search(text:)', 'query ($v: String) { find(text: $v) }', 'passes', { v: 'long' }],
    [
      'Query.search(text:)',
      'query ($v: String) { find(text: $v) search(text: $v) }',
      'Query.search(text:) maxLength',
      { v: 'long' },
    ],
    ['Query.*(te*:)', 'query ($v: String) { find(text: $v) }', 'Query.find(text:) maxLength', { v: 'long' }],
    ['Query.search', '{ search(mail: "long") }', 'Query.search(mail:) maxLength'],
    [
      'Query.search(text:)',
      '{ ...F } fragment F on Query { a: search(text: "long") }',
      'Query.search(text:) maxLength',
    ],
    [
      'User.children(filter:)',
      '{ node { children(filter: "long") { children { __typename } } } }',
      'Node.children(filter:) maxLength',
    ],
    [
      'Node.children(filter:)',
      '{ node { ... on Bot { children(filter: "long") { __typename } } } }',
      'Bot.children(filter:) maxLength',
    ],
    ['User.children(filter:)', '{ node { ... on Bot { children(filter: "long") { __typename } } } }', 'passes'],
    ['String', '{ search @note(text: "long") }', '@note(text:) maxLength'],
    // Input objects.
    ['LoginInput.password', 'mutation { login(input: { password: "long" }) }', 'LoginInput.password maxLength'],
    ['LoginInput.password', 'mutation { login(input: { password: "a", name: "long" }) }', 'passes'],
    ['LoginInput.password', 'mutation { login(password: "long") }', 'passes'],
    [
      '*.password',
      'mutation ($v: LoginInput) { login(input: $v) }',
      'LoginInput.password maxLength',
      { v: { password: 'long' } },
    ],
    [
      'LoginInput.password',
      'mutation ($v: String!) { login(input: { password: $v }) }',
      'LoginInput.password maxLength',
      { v: 'long' },
    ],
    [
      'LoginInput.tags',
      'mutation ($v: LoginInput) { login(input: $v) }',
      'LoginInput.tags maxLength',
      { v: { password: 'a', tags: ['a', 'long'] } },
    ],
    [
      'LoginInput',
      'mutation ($v: Email) { login(input: { password: "a", mail: $v }) }',
      'LoginInput.mail maxLength',
      { v: 'long' },
    ],
    [
      'LoginInput.next',
      'mutation ($v: LoginInput) { login(input: $v) }',
      'LoginInput.mail maxLength',
      { v: { password: 'long', next: { password: 'a', mail: 'long' } } },
    ],
    [
      'Mutation.login(input:)',
      'mutation ($v: LoginInput) { login(input: $v) }',
      'LoginInput.password maxLength',
      { v: { password: 'a', next: { password: 'long' } } },
    ],
    // Custom scalars hold anything, variables included.
    ['JSON', '{ find(where: { a: [{ b: "long" }] }) }', 'Query.find(where:) maxLength'],
    ['JSON', 'query ($v: JSON) { find(where: $v) }', 'Query.find(where:) maxLength', { v: { a: [1, 'long'] } }],
    ['JSON', 'query ($v: String) { find(where: { a: $v }) }', 'Query.find(where:) maxLength', { v: 'long' }],
    ['JSON', '{ find(where: { longer: 12345 }) }', 'passes'],
    ['LoginInput.data', 'mutation { login(input: { password: "a", data: ["long"] }) }', 'LoginInput.data maxLength'],
  ])('%s: %s', async (at, query, expected, variables) => {
    expect(await createPolicy([short(at)]).ask(query, variables)).toBe(expected);
  });

  it('is told when it is nowhere', () => {
    const known = ['String', 'Email', '*', 'LoginInput', 'LoginInput.*', '*.tags', 'Query.search', 'Bot.*(filter:)'];
    const unknown = ['Strin', 'Order', 'Query', 'User', 'LoginInput.nam', 'Query.search(txt:)', 'LoginInput.name(a:)'];
    const { lines } = createPolicy([...known, ...unknown].map(short));
    expect(lines.map(({ level, fields }) => [level, fields['at']])).toEqual(unknown.map((at) => ['warn', at]));
  });
});

describe('what rules ask for', () => {
  const search = 'query ($v: String) { search(text: $v) }';
  it.each<[Rule, string, string]>([
    [{ maxLength: 3 }, '😀😀😀', 'passes'],
    [{ maxLength: 3 }, '😀😀😀😀', 'maxLength'],
    [{ maxLength: 0 }, 'a', 'maxLength'],
    [{ pattern: '^[a-z]+$' }, 'abc', 'passes'],
    [{ pattern: '^[a-z]+$' }, 'abc\n', 'pattern'],
    [{ pattern: '^[a-z]+$' }, '', 'pattern'],
    [{ pattern: 'b' }, 'abc', 'passes'],
    [{ pattern: '^\\p{L}+$' }, 'Zoë', 'passes'],
    [{ signatures: ['sql', 'path'] }, '../x', 'path'],
    [{ signatures: ['sql', 'path'] }, "' or 1=1", 'sql'],
    [{ signatures: ['sql'] }, '../x', 'passes'],
    [{ maxLength: 9, pattern: 'x', signatures: ['path'] }, '../x', 'path'],
    [{ maxLength: 9, pattern: '^x', signatures: ['path'] }, '../x', 'pattern'],
    [{ maxLength: 2, pattern: '^x', signatures: ['path'] }, '../x', 'maxLength'],
  ])('%j of %j', async (rule, text, expected) => {
    const { ask } = createPolicy([{ at: 'String', ...rule }]);
    expect((await ask(search, { v: text })).split(' ').at(-1)).toBe(expected);
  });

  it('includes the keys within custom scalars, which may be operators', async () => {
    const { ask } = createPolicy([{ at: 'JSON', signatures: ['nosql'] }]);
    const query = 'query ($v: JSON) { find(where: $v) }';
    expect(await ask(query, { v: [{ name: { $ne: null } }] })).toBe('Query.find(where:) nosql');
    expect(await ask('{ find(where: { a: 1 }) }')).toBe('passes');
    expect(await ask(query, { v: JSON.parse('{"__proto__": {"$where": "1"}}') })).toBe('Query.find(where:) nosql');
  });

  it.each([
    [{ maxLength: 5 }, 'is longer than 5 characters. Send a shorter one.'],
    [{ pattern: '^a$' }, 'does not have the form that is asked for there.'],
    [{ signatures: ['shell'] }, 'looks like a command for a shell. Write it in another way.'],
  ])('is told to clients without their value: %j', async (rule, ending) => {
    const { enforce } = createPolicy([{ at: 'Query.search(text:)', ...rule }]);
    const refused = enforce(search, { v: '; cat /my/secret' });
    await expect(refused).rejects.toMatchObject({
      code: 'INPUT_REJECTED',
      status: 400,
      message: `The value of "Query.search(text:)" ${ending}`,
      extensions: { coordinate: 'Query.search(text:)', rule: expect.any(String) },
    });
    expect(JSON.stringify(await refused.catch((error: unknown) => error))).not.toContain('secret');
  });
});

describe('measuring', () => {
  it('refuses nothing, and logs each place and rule once without values', async () => {
    const { enforce, lines } = createPolicy([short('String'), { at: 'Email', pattern: '@' }], 'measure');
    const query = 'query Q($a: String, $b: [[Email]]) { search(text: $a, mails: $b) find(text: "long one") }';
    const verdict = await enforce(query, { a: 'secret', b: [['secret', 'secret'], ['secret@']] });
    expect(verdict).toEqual({ measured: 'INPUT_REJECTED' });
    expect(await enforce(query, { a: 'fit' })).toEqual({ measured: 'INPUT_REJECTED' });
    expect(await enforce('{ search(text: "fit") }')).toEqual({});
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      level: 'warn',
      fields: {
        requestId: 'r1',
        operationName: 'Q',
        findings: [
          { coordinate: 'Query.find(text:)', at: 'String', breaks: 'maxLength' },
          { coordinate: 'Query.search(text:)', at: 'String', breaks: 'maxLength' },
          { coordinate: 'Query.search(mails:)', at: 'Email', breaks: 'pattern' },
        ],
      },
    });
    expect(JSON.stringify(lines)).not.toMatch(/secret|long one/);
  });

  it('lists at most 20 findings', async () => {
    const rules = Array.from({ length: 30 }, (_, index) => ({ at: 'String', maxLength: index }));
    const { enforce, lines } = createPolicy(
      rules.map((rule, index) => ({ ...rule, at: `${'*'.repeat(index)}String` })),
      'measure',
    );
    await enforce('query ($v: String) { search(text: $v) }', { v: 'x'.repeat(99) });
    expect(lines[0]?.fields['findings']).toHaveLength(20);
  });
});

describe('the work of one request', () => {
  it('does not grow with the places in which a variable is used', async () => {
    const { ask } = createPolicy([
      { at: 'String', signatures: ['sql'] },
      { at: 'Query.*(text:)', pattern: '^[^$]*$' },
    ]);
    const uses = Array.from({ length: 2_000 }, (_, index) => `a${index}: search(text: $v)`);
    const query = `query ($v: String) { ${uses.join(' ')} }`;
    expect(await ask(query, { v: 'a '.repeat(500_000) })).toBe('passes');
  });

  it('has an end: what takes too long to check is refused', async () => {
    const { ask } = createPolicy([{ at: 'String', pattern: '(a|b)*a[ab]{900}c' }]);
    expect(await ask('query ($v: String) { search(text: $v) }', { v: toNoise(500_000) })).toBe(
      'Query.search(text:) effort',
    );
  });
});
