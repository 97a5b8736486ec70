import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';

describe('input rules', () => {
  let service: ServedSubgraph;
  let gateway: TestGateway | undefined;
  beforeAll(async () => {
    service = await serveSubgraph({
      name: 'users',
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        input LoginInput { name: String!  password: String! }
        type Query { search(text: String): String }
        type Mutation { login(input: LoginInput!): String }`,
      resolvers: { Query: { search: () => 'found' }, Mutation: { login: () => 'in' } },
    });
    return () => service.close();
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
  });

  async function start(mode: string): Promise<TestGateway> {
    const rules = [
      { at: 'LoginInput.name', pattern: '^[a-z]{1,8}$' },
      { at: 'String', maxLength: 40, signatures: ['sql', 'script'] },
    ];
    const users = { kind: 'federation', url: service.url };
    gateway = await startTestGateway(
      toConfig({ graph: { subgraphs: { users } }, inputRules: { mode, rules }, limits: { batch: 5 } }),
    );
    service.requests.length = 0;
    return gateway;
  }

  const attack = "' or secret = 1";
  const literal = `{ search(text: ${JSON.stringify(attack)}) }`;
  const search = 'query ($text: String) { search(text: $text) }';
  const login = 'mutation ($input: LoginInput!) { login(input: $input) }';

  it('refuse values in documents and variables over all ways in, and nothing reaches a subgraph', async () => {
    const { ask, url } = await start('block');
    const refusal = {
      message: 'The value of "Query.search(text:)" looks like a piece of SQL. Write it in another way.',
      extensions: { code: 'INPUT_REJECTED', coordinate: 'Query.search(text:)', rule: 'sql' },
    };
    for (const answer of [await ask(literal), await ask(literal), await ask(search, { text: attack })]) {
      expect([answer.status, answer.errors]).toEqual([400, [refusal]]);
    }
    const bad = await ask(login, { input: { name: '<b>', password: 'x' } });
    expect(bad.errors).toMatchObject([{ extensions: { coordinate: 'LoginInput.name', rule: 'pattern' } }]);
    const variables = encodeURIComponent(JSON.stringify({ text: attack }));
    const got = await fetch(`${url}?query=${encodeURIComponent(search)}&variables=${variables}`);
    const batch = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: literal }, { query: search, variables: { text: 'x'.repeat(41) } }]),
    });
    const texts = [await got.text(), await batch.text()];
    expect(got.status).toBe(400);
    expect(JSON.parse(texts[0] ?? '')).toEqual({ errors: [refusal] });
    expect(JSON.parse(texts[1] ?? '')).toMatchObject([
      { errors: [refusal] },
      { errors: [{ message: 'The value of "Query.search(text:)" is longer than 40 characters. Send a shorter one.' }] },
    ]);
    expect(texts.join()).not.toContain('secret');
    expect(service.requests).toEqual([]);
    expect((await ask(search, { text: 'harmless' })).data).toEqual({ search: 'found' });
    expect((await ask(login, { input: { name: 'ada', password: "it's" } })).data).toEqual({ login: 'in' });
  });

  it('only log when they measure, and nothing when they are off', async () => {
    const { ask, lines } = await start('measure');
    expect((await ask(literal)).data).toEqual({ search: 'found' });
    expect(lines.filter(({ message }) => message.startsWith('Values break input rules'))).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('secret');
    await gateway?.stop();
    const off = await start('off');
    expect((await off.ask(literal)).data).toEqual({ search: 'found' });
    expect(off.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
