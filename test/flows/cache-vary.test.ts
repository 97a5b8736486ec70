import { describe, expect, it } from 'vitest';
import { startFederation } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { startRestBackend } from '../support/rest-backend.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** By what name a service sees a credential of the client, and the rule that sends it. */
const seenAs: readonly (readonly [name: string, rule: object])[] = [
  ['authorization', { propagate: ['authorization'] }],
  ['x-token', { propagate: ['x-token'] }],
  ['x-caller', { rename: { authorization: 'x-caller' } }],
];
const sectionsOf = (rule: object) => ({
  identity: { token: { header: 'x-token' } },
  headers: { toSubgraphs: [rule] },
});
const credentialsOf = (who: string) => ({ 'x-token': who, authorization: who });
const ask = (gateway: Pick<TestGateway, 'ask'>, query: string, headers: Readonly<Record<string, string>>) =>
  gateway.ask(query, undefined, { headers });

describe.each([
  { response: true, entity: false },
  { response: false, entity: true },
  { response: true, entity: true },
])('what a service says is public and depends on (%o)', ({ response, entity }) => {
  /** A service that answers with the header of a name, and says that it depends on it. */
  const start = async (name: string, rule: object) => {
    const gateway = await startFederation({
      subgraphs: {
        users: {
          sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
            type Query { me: String }`,
          resolvers: { Query: { me: () => '@seen' } },
        },
      },
      sections: {
        ...sectionsOf(rule),
        cache: { response: { enabled: response }, entity: { enabled: entity }, toClients: { enabled: true } },
      },
    });
    const { users } = gateway.subgraphs;
    users.behave((reply, request) => {
      reply.setHeader('cache-control', 'public, max-age=60');
      reply.setHeader('vary', name);
      const seen = String(request.headers[name] ?? 'nobody');
      users.changed((whole) => JSON.parse(JSON.stringify(whole).replaceAll('@seen', seen)))(reply, request);
    });
    return gateway;
  };

  it.each(seenAs)('credentials, sent as %s, is given to who asked for it and nobody else', async (name, rule) => {
    const gateway = await start(name, rule);
    for (const who of ['ada', 'bob', 'ada', 'nobody', 'bob']) {
      const answer = await ask(gateway, '{ me }', who === 'nobody' ? {} : credentialsOf(who));
      expect(answer.data).toEqual({ me: who });
      expect(answer.headers.get('cache-control')).toMatch(who === 'nobody' ? 'no-store' : /^private, /);
    }
    // Each of the two asked once, and nobody in vain.
    expect(gateway.subgraphs.users.requests).toHaveLength(3);
    await gateway.stop();
  });

  it('a header that no key has, by whatever name, is not stored', async () => {
    const gateway = await start('x-trace', { rename: { 'x-request-id': 'x-trace' } });
    for (const trace of ['one', 'two']) {
      expect((await ask(gateway, '{ me }', { 'x-request-id': trace })).data).toEqual({ me: trace });
    }
    await gateway.stop();
  });
});

describe('what a REST service says is public and depends on credentials', () => {
  /** What a service with these headers is sent, and what three in turn are answered. */
  const askInTurn = async (rule: object, headers: Readonly<Record<string, string>>) => {
    const folder = await createTemporaryFolder();
    const { vary = '' } = headers;
    const backend = await startRestBackend((request) => ({ headers, json: String(request.headers[vary]) }));
    const schema = await folder.write('me.graphql', 'type Query { me: String @rest(path: "/me") }');
    const graph = { subgraphs: { users: { kind: 'rest', url: backend.url, schema } } };
    const gateway = await startTestGateway(
      toConfig({ ...sectionsOf(rule), graph, cache: { entity: { enabled: true } } }),
    );
    const answers: unknown[] = [];
    for (const who of ['ada', 'bob', 'ada']) answers.push((await ask(gateway, '{ me }', credentialsOf(who))).data);
    await gateway.stop();
    await backend.close();
    await folder.remove();
    return { answers, sent: backend.seen };
  };
  const each = ['ada', 'bob', 'ada'].map((me) => ({ me }));

  it.each(seenAs)('is given to who asked for it and nobody else: %s', async (vary, rule) => {
    const { answers } = await askInTurn(rule, { vary, 'cache-control': 'public, max-age=60' });
    expect(answers).toEqual(each);
  });

  it('is asked about by who asked for it alone', async () => {
    const headers = { vary: 'authorization', 'cache-control': 'public, no-cache', etag: '"e"' };
    const { answers, sent } = await askInTurn({ propagate: ['authorization'] }, headers);
    expect(answers).toEqual(each);
    expect(sent.map((request) => request.headers['if-none-match'])).toEqual([undefined, undefined, '"e"']);
  });
});
