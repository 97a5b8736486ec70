import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { ask } from '../support/ask.ts';
import { describeOnEachRegistry } from '../support/each-registry.ts';
import { json } from '../support/fake-subgraph.ts';
import { freePort } from '../support/free-port.ts';
import { type GatewayProcess, runOverlock, startGateway } from '../support/gateway-process.ts';
import { adminToken, type RegistryProcess } from '../support/registry-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const at = '/v1/graphs/shop/production';
const clients = Array.from({ length: 40 }, (_, index) => `10.0.0.${index + 1}`);
const soon = { timeout: 10_000, interval: 50 };
/** What a bad canary may live, from the first bad figures on. */
const badMostMs = 30_000;
const timeout = { timeout: 90_000 };

interface CanaryAnswer {
  readonly state: string;
  readonly percent: number;
  readonly reason?: string;
  readonly figures: readonly { readonly name?: string; readonly canary: { readonly count: number } }[];
}

describeOnEachRegistry('a canary', (startRegistry) => {
  let folder: TemporaryFolder;
  let registry: RegistryProcess;
  let gateway: GatewayProcess;
  let former: ServedSubgraph;
  let latter: ServedSubgraph;
  const serve = (name: string) =>
    serveSubgraph({
      name: 'users',
      sdl: 'type Query { me: User } type User { id: ID! name: String }',
      resolvers: { Query: { me: () => ({ id: '1', name }) } },
    });
  const publish = (url: string, canary?: object) =>
    registry.ask(`PUT ${at}/subgraphs/users`, { body: { url, sdl: former.sdl, canary } });
  const readCanary = async () => (await registry.ask(`GET ${at}/canary`)).body as CanaryAnswer;

  beforeEach(async () => {
    folder = await createTemporaryFolder();
    [former, latter] = await Promise.all([serve('former'), serve('latter')]);
    registry = await startRegistry(folder.path);
    expect(await publish(former.url)).toMatchObject({ status: 200, body: { version: 1 } });
  });
  afterEach(async () => {
    await gateway.end('SIGKILL');
    await registry[Symbol.asyncDispose]();
    await Promise.all([former.close(), latter.close()]);
    await folder.remove();
  });

  const follow = async (listen: object = {}) => {
    const { body } = await registry.ask('POST /v1/tokens', { body: { name: 'gateway', role: 'gateway' } });
    const { secret } = body as { readonly secret: string };
    const { body: keys } = await registry.ask('GET /v1/keys');
    const [{ publicKey = '' } = {}] = (keys as { readonly items: readonly { readonly publicKey: string }[] }).items;
    await folder.write(
      'overlock.yaml',
      stringify({
        listen,
        graph: { registry: { url: registry.url, graph: 'shop@production', token: secret, publicKey, cache: 'kept' } },
        identity: { trustedProxies: ['127.0.0.1'] },
      }),
    );
    gateway = await startGateway(['--port', String(await freePort())], { cwd: folder.path });
  };
  /** What a client is answered: a name, or `error`. */
  const askAs = async (client: string) => {
    const { data, errors } = await ask(
      gateway.url,
      'query Me { me { name } }',
      {},
      { headers: { 'x-forwarded-for': client } },
    );
    const { name } = (data?.['me'] ?? {}) as { readonly name?: string };
    return errors.length > 0 ? 'error' : (name ?? 'nothing');
  };
  const askAll = () => Promise.all(clients.map(askAs));
  /** All clients ask again and again until the canary has ended; gives what each was answered. */
  const askUntilEnded = async () => {
    const answers = clients.map((): string[] => []);
    for (let canary = await readCanary(); canary.state === 'running'; canary = await readCanary()) {
      for (const [index, answer] of (await askAll()).entries()) answers[index]?.push(answer);
      await pause(20);
    }
    return answers;
  };
  const withoutRepeats = (answers: readonly string[]) =>
    answers.filter((answer, index) => answer !== answers[index - 1]);

  it('that is bad is taken back within half a minute, and only its own clients notice', timeout, async () => {
    await follow();
    expect(new Set(await askAll())).toEqual(new Set(['former']));
    latter.behave(json({ errors: [{ message: 'The database is gone.' }] }, { status: 500 }));
    const startedMs = performance.now();
    expect(await publish(latter.url, { percent: 30, reportMs: 200 })).toMatchObject({
      status: 200,
      body: { version: 2, canary: { percent: 30, steps: [30, 50, 100], stable: 1 } },
    });
    expect(await publish(former.url, { percent: 1 })).toMatchObject({ status: 409, body: { code: 'CANARY_RUNNING' } });
    const answers = await askUntilEnded();
    expect(performance.now() - startedMs).toBeLessThan(badMostMs);
    const stories = answers.map((one) => withoutRepeats(one).join(' '));
    const bad = stories.filter((story) => story.includes('error'));
    expect(bad.length).toBeGreaterThan(2);
    expect(bad.length).toBeLessThan(30);
    // Before and after it they are answered as all the others are, and never now so, now so.
    for (const story of bad) expect(story).toMatch(/^(former )?error( former)?$/);
    expect(new Set(stories.filter((story) => !bad.includes(story)))).toEqual(new Set(['former']));

    expect(await readCanary()).toMatchObject({
      state: 'rolledBack',
      endedBy: 'registry',
      reason: expect.stringMatching(/^Me has more errors: (\d+) of \1 answers on version 2, 0 of \d+ on version 1\.$/),
      figures: [{ name: 'Me', verdict: 'worse', by: 'errors', stable: { errors: 0 } }],
    });
    await vi.waitFor(async () => expect(new Set(await askAll())).toEqual(new Set(['former'])), soon);
    expect((await registry.ask(`GET ${at}/versions`)).body).toMatchObject({
      items: [{ version: 3, cause: { kind: 'rollback', to: 1 } }, { version: 2 }, { version: 1 }],
    });
    expect((await registry.ask('GET /v1/audit?limit=1')).body).toMatchObject({
      items: [{ action: 'canary.rollback', author: { name: 'registry' }, details: { version: 2, figures: [{}] } }],
    });
  });

  it(
    'that is good goes on from step to step, on all workers, until all clients have it for good',
    timeout,
    async () => {
      await follow({ workers: 2 });
      // On a busy machine any process may be slow for a while.
      const settled = await registry.ask(`PUT ${at}/settings`, { body: { canary: { slowMarginMs: 60_000 } } });
      expect(settled).toMatchObject({ status: 200 });
      const env = { OVERLOCK_REGISTRY: registry.url, OVERLOCK_TOKEN: adminToken, OVERLOCK_GRAPH: 'shop@production' };
      const overlock = (...args: readonly string[]) => runOverlock(args, { cwd: folder.path, env });
      await publish(latter.url, { percent: 20, steps: [60, 100], stepMs: 500, requestsLeast: 40, reportMs: 200 });
      const running = await overlock('canary', 'status', 'shop@production');
      expect(running.stdout).toMatch(
        /^Version 2 of shop@production is tried with 20 % of the clients beside version 1,/,
      );
      const answers = await askUntilEnded();
      const stories = answers.map((one) => withoutRepeats(one).join(' '));
      for (const story of stories) expect(story).toMatch(/^(former )?latter$/);
      expect(await readCanary()).toMatchObject({ state: 'promoted', percent: 100, figures: [{ name: 'Me' }] });
      await vi.waitFor(async () => expect(new Set(await askAll())).toEqual(new Set(['latter'])), soon);
      const { body } = await registry.ask('GET /v1/audit?limit=4');
      const { items } = body as { readonly items: readonly { readonly action: string; readonly details: unknown }[] };
      expect(items.map(({ action }) => action)).toEqual(['canary.promote', 'canary.step', 'canary.step', 'publish']);
      const status = await overlock('canary', 'status', 'shop@production');
      expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/was promoted.*\n.*\nMe +fine/) });
      expect(await overlock('canary', 'abort', 'shop@production')).toMatchObject({ code: 1 });
    },
  );
});
