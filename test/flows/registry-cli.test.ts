import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { describeOnEachRegistry } from '../support/each-registry.ts';
import { type GatewayProcess, runOverlock, startGateway } from '../support/gateway-process.ts';
import { adminToken, type RegistryProcess } from '../support/registry-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const reviews = `
  type Query { reviews: [Review!]! }
  type Review @key(fields: "id") { id: ID! body: String stars: Int mood: String }
`;

describeOnEachRegistry('a registry from the command line', (startRegistry) => {
  let folder: TemporaryFolder;
  let registry: RegistryProcess;
  let service: ServedSubgraph;
  let gateway: GatewayProcess | undefined;
  const tokens = new Map([['admin', adminToken]]);

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    await folder.write('reviews.graphql', reviews);
    await folder.write('without-stars.graphql', reviews.replace(' stars: Int', ''));
    await folder.write('without-mood.graphql', reviews.replace(' mood: String', ''));
    await folder.write('broken.graphql', 'type Query { reviews: [Revue] }');
    await folder.write(
      'users.graphql',
      'type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
    );
    await folder.write('orders.graphql', 'type Query { orders: Int }');
    const Query = { reviews: () => [{ id: '1', body: 'Fine.', stars: 4, mood: 'good' }] };
    [registry, service] = await Promise.all([
      startRegistry(`${folder.path}/data`),
      serveSubgraph({ name: 'reviews', sdl: reviews, resolvers: { Query } }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await gateway?.end();
    await Promise.all([registry?.end(), service?.close()]);
    await folder.remove();
  });

  /** Runs a command as somebody who has a token. */
  async function as(who: string, line: string) {
    const { terminal, written } = createFakeTerminal({ cwd: folder.path, env: environmentOf(who) });
    const code = await runCommandLine(line.split(' '), terminal);
    return withoutTokens({ code, ...written });
  }

  /** The same in a process of its own, which takes seconds to start. */
  async function asProcess(who: string, line: string) {
    return withoutTokens(await runOverlock(line.split(' '), { cwd: folder.path, env: environmentOf(who) }));
  }

  function environmentOf(who: string) {
    return { OVERLOCK_REGISTRY: registry.url, OVERLOCK_TOKEN: tokens.get(who), OVERLOCK_GRAPH: 'shop@production' };
  }

  function withoutTokens<Done extends { readonly stdout: string; readonly stderr: string }>(done: Done): Done {
    for (const token of tokens.values()) expect(done.stdout + done.stderr).not.toContain(token);
    return done;
  }

  async function makeToken(name: string, flags: string) {
    const { code, stdout } = await as('admin', `tokens create --name ${name} ${flags}`);
    expect(code).toBe(0);
    tokens.set(name, stdout.trim());
  }

  async function ask(query: string, client: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json', 'apollographql-client-name': client };
    const answer = await fetch(gateway?.url ?? '', { method: 'POST', headers, body: JSON.stringify({ query }) });
    return await answer.json();
  }

  describe('a team publishes for the first time', () => {
    it('gets tokens from an admin', async () => {
      await Promise.all([
        makeToken('content-ci', '--role publisher --team content --expires 1d'),
        makeToken('users-ci', '--role publisher --team users'),
        makeToken('gateways', '--role gateway --variant shop@production'),
      ]);
      expect((await as('users-ci', 'tokens list')).stderr).toContain('may not');
    });

    it('is told what is wrong with a schema, and nothing is published', async () => {
      const { code, stdout, stderr } = await as(
        'content-ci',
        `publish reviews --schema broken.graphql --url ${service.url}`,
      );
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^INVALID_GRAPHQL reviews .*Revue/m);
      expect((await as('content-ci', 'history')).code).toBe(1);
    });

    it('publishes what its running service says of itself, and owns it', async () => {
      const { code, stdout, stderr } = await asProcess(
        'content-ci',
        `publish reviews --url ${service.url} --message first`,
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Published reviews: shop@production is at version 1 now.\n');
      const [subgraphs, history, sdl] = await Promise.all([
        as('content-ci', 'subgraphs'),
        as('content-ci', 'history'),
        as('content-ci', 'show --subgraph reviews'),
      ]);
      expect(subgraphs.stdout).toMatch(/^reviews +federation +content +1 /m);
      expect(history.stdout).toMatch(/^1 .* content-ci +publish reviews +- +first$/m);
      expect(sdl.stdout.trim()).toBe(reviews.trim());
      expect(await as('users-ci', 'publish reviews --schema reviews.graphql')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('team content'),
      });
    });

    it('is answered by a gateway that follows the registry', async () => {
      const follow = `url: ${registry.url}, graph: shop@production, token: ${tokens.get('gateways')}`;
      const graph = `graph: { registry: { ${follow}, usage: { every: 50ms } } }`;
      await folder.write('overlock.yaml', `${graph}\nlisten: { port: 0 }\nadmin: { port: 0 }\n`);
      gateway = await startGateway([], { cwd: folder.path });
      expect(await ask('query Stars { reviews { id stars } }', 'shop-web')).toEqual({
        data: { reviews: [{ id: '1', stars: 4 }] },
      });
    }, 30_000);
  });

  describe('a breaking change', () => {
    it('is refused when somebody uses what it takes away', async () => {
      await vi.waitFor(
        async () => {
          const { code, stdout } = await as('content-ci', 'check reviews --schema without-stars.graphql');
          expect(code).toBe(1);
          expect(stdout).toMatch(/fail {2}[\da-f]{12} {2}breaking +Field Review\.stars was removed\./);
          expect(stdout).toMatch(/clients: shop-web.* \(1\)/);
          expect(stdout).toContain('operations: Stars (1)');
        },
        { timeout: 15_000, interval: 200 },
      );
      const { code, stderr } = await as('content-ci', 'publish reviews --schema without-stars.graphql');
      expect(code).toBe(1);
      expect(stderr).toMatch(/clients: shop-web/);
      expect((await as('content-ci', 'history')).stdout).not.toMatch(/^2 /m);
    }, 30_000);

    it('passes when nobody does, and gateways have it', async () => {
      const checked = await as('content-ci', 'check reviews --schema without-mood.graphql --markdown');
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('Not used in the last 30 days')]);
      const { code, stdout } = await as('content-ci', 'publish reviews --schema without-mood.graphql');
      expect([code, stdout]).toEqual([0, expect.stringContaining('shop@production is at version 2 now.')]);
      await vi.waitFor(
        async () =>
          expect(await ask('{ reviews { mood } }', 'shop-web')).toMatchObject({ errors: [{ message: /mood/ }] }),
        { timeout: 5_000, interval: 50 },
      );
      expect((await as('content-ci', 'diff 1 2')).stdout).toMatch(/^- .*mood: String/m);
    }, 30_000);

    it('passes once somebody else has approved it', async () => {
      const { stdout } = await as('content-ci', 'check reviews --schema without-stars.graphql --json');
      const { changes } = JSON.parse(stdout) as { changes: { id: string; verdict: string }[] };
      const id = changes.find(({ verdict }) => verdict === 'fail')?.id ?? '';
      expect((await as('admin', `approve ${id} --message stars`)).code).toBe(0);
      expect((await as('content-ci', 'check reviews --schema without-stars.graphql')).code).toBe(0);
    }, 30_000);
  });

  describe('two publishers that race', () => {
    it('from the same base: one wins, and the other is told to run it again', async () => {
      const flags = '--url http://127.0.0.1:9/graphql --base 2';
      const outcomes = await Promise.all([
        as('users-ci', `publish users --schema users.graphql ${flags}`),
        as('users-ci', `publish orders --schema orders.graphql ${flags}`),
      ]);
      expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1]);
      const lost = outcomes.find(({ code }) => code === 1);
      expect(lost?.stderr).toContain('Run it again with --base 3, or without --base.');
    }, 30_000);

    it('without a base: both win, one after the other', async () => {
      const outcomes = await Promise.all([
        as('users-ci', 'publish users --schema users.graphql --url http://127.0.0.1:8/graphql'),
        as('users-ci', 'publish orders --schema orders.graphql --url http://127.0.0.1:8/graphql'),
      ]);
      expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
      const { stdout } = await as('users-ci', 'subgraphs --json');
      const { items } = JSON.parse(stdout) as { items: { name: string; url: string }[] };
      expect(items.map(({ name }) => name)).toEqual(['orders', 'reviews', 'users']);
      expect(items.filter(({ url }) => url === 'http://127.0.0.1:8/graphql')).toHaveLength(2);
    }, 30_000);

    it('can be undone', async () => {
      const { code, stdout } = await as('admin', 'rollback shop@production --to 2');
      expect([code, stdout]).toEqual([0, expect.stringContaining('Rolled back to version 2')]);
    });
  });
});
