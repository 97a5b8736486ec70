import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { type Behaviour, type FakeSubgraph, json, startFakeSubgraph } from '../support/fake-subgraph.ts';
import { composeSdl } from '../support/federation.ts';
import { startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { type Load, startLoad } from '../support/load.ts';
import { describeWithRedis, startRedis } from '../support/redis.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")
  type Query { who: String }`;
const query = '{ who }';
const soon = { timeout: 20_000, interval: 50 };
const longest = { timeout: 60_000 };
/** A busy machine is slow at times, and nobody's fault. */
const patient = { slowMargin: '5s' };

let folder: TemporaryFolder;
let stable: FakeSubgraph;
let canary: FakeSubgraph;
let closing: (() => Promise<unknown>)[];
beforeEach(async () => {
  folder = await createTemporaryFolder();
  [stable, canary] = await Promise.all([
    startFakeSubgraph(json({ data: { who: 'stable' } })),
    startFakeSubgraph(json({ data: { who: 'canary' } })),
  ]);
  closing = [() => folder.remove(), stable.close, canary.close];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

interface Own {
  readonly canary?: object;
  readonly groups?: object;
  readonly all?: object;
}

function configOf(store: unknown, supergraph: string, { canary: section = {}, groups, all = {} }: Own) {
  const own = {
    endpoints: [
      { url: stable.url, group: 'stable' },
      { url: canary.url, group: 'canary' },
    ],
    canary: { steps: ['20%', '100%'], every: '1s', minimum: 30, ...section },
    ...(groups && { groups }),
  };
  const traffic = { all: { dedupe: false, slowStart: '0s', ...all }, subgraphs: { people: own } };
  return toConfig({ graph: { supergraph }, control: { store }, traffic });
}

/** Gateways on one store, and the command line that talks to the first. */
async function start(store: unknown, count = 2, own: Own = {}) {
  const supergraph = await folder.write('supergraph.graphql', composeSdl([{ name: 'people', sdl, url: stable.url }]));
  const gateways: TestGateway[] = [];
  for (let index = 0; index < count; index++) {
    const gateway = await startTestGateway(configOf(store, supergraph, own));
    closing.push(gateway.stop);
    gateways.push(gateway);
  }
  const [first] = gateways;
  if (first === undefined) throw new Error('There is no gateway.');
  const run = async (line: string) => {
    const env = { OVERLOCK_ADMIN: first.adminUrl, USER: 'grace' };
    const { terminal, written } = createFakeTerminal({ env });
    return { exitCode: await runCommandLine(line.split(' '), terminal), ...written };
  };
  const status = async () => JSON.parse((await run('canary status --subgraph people --json')).stdout);
  return { gateways, first, run, status, supergraph };
}

type Answer = Awaited<ReturnType<TestGateway['ask']>>;

function load(gateways: readonly TestGateway[]): Load<Answer> {
  const load = startLoad(8, async (index) => {
    const gateway = gateways[index % gateways.length];
    if (gateway === undefined) throw new Error('There is no gateway.');
    return await gateway.ask(query);
  });
  closing.push(load.stop);
  return load;
}

const onFile = () => ({ file: `${folder.path}/control.json` });

describe('a canary of a backend', longest, () => {
  it('gets nothing until it is started, then more and more, and all in the end, on all gateways', async () => {
    const { gateways, run, status } = await start(onFile(), 2, { canary: patient });
    const asking = load(gateways);
    await asking.more(100);
    expect([stable.requests.length >= 100, canary.requests.length]).toEqual([true, 0]);
    expect(await status()).toMatchObject({ state: 'idle', percent: 0, steps: [20, 100] });
    const started = await run('canary start --subgraph people');
    expect(started).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('canary of people gets 20 % of the calls'),
    });
    expect((await run('canary start --subgraph people')).exitCode).toBe(1);
    await expect.poll(async () => (await status()).state, soon).toBe('promoted');
    // The other gateway knows within a second.
    await expect
      .poll(() => Promise.all(gateways.map(async ({ ask }) => (await ask(query)).data?.['who'])), soon)
      .toEqual(['canary', 'canary']);
    const { answers, failures } = await asking.stop();
    expect([failures, answers.filter(({ errors }) => errors.length > 0)]).toEqual([[], []]);
    expect(await status()).toMatchObject({ percent: 100, startedBy: 'grace', endedBy: 'overlock' });
    const lines = gateways
      .flatMap(({ lines: all }) => all.map(({ message }) => message))
      .filter((one) => one.includes('canary'));
    expect(lines.toSorted()).toEqual([
      'A canary of a subgraph goes to more calls.',
      'A canary of a subgraph was promoted.',
      'A canary of a subgraph was started.',
    ]);
    expect(await run('canary abort --subgraph people -m leaks')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/was rolled back to stable at .* by grace\.\nleaks\n/),
    });
    expect((await gateways[0]?.ask(query))?.data).toEqual({ who: 'stable' });
  });

  const slow: Behaviour = (response, request) =>
    void setTimeout(() => json({ data: { who: 'canary' } })(response, request), 500);
  it.each([
    ['fails', json({ data: null }, { status: 500 }), /more errors/],
    ['answers errors of GraphQL', json({ data: { who: null }, errors: [{ message: 'No.' }] }), /more errors/],
    ['is slow', slow, /takes longer/],
  ])('is taken back by itself when it %s', async (_name, behaviour, reason) => {
    const { gateways, run, status } = await start(onFile());
    canary.behave(behaviour);
    const asking = load(gateways);
    await run('canary start --subgraph people');
    await expect.poll(async () => (await status()).state, soon).toBe('rolledBack');
    expect(await status()).toMatchObject({ percent: 0, endedBy: 'overlock', reason: expect.stringMatching(reason) });
    const askMany = () => Promise.all(Array.from({ length: 40 }, (_, index) => gateways[index % 2]?.ask(query)));
    await expect
      .poll(async () => (await askMany()).every((answer) => answer?.data?.['who'] === 'stable'), soon)
      .toBe(true);
    await asking.stop();
    const { stdout } = await run('canary status --subgraph');
    expect(stdout).toMatch(
      /^The group canary of people was rolled back to stable at .* by overlock\.\n.*\nGROUP +CALLS +ERRORS +P95 MS\n/,
    );
  });

  it('keeps its share over a reload that changes other things, and what a client got', async () => {
    const own = { groups: { sticky: { header: 'x-user' } }, canary: { steps: ['30%', '100%'], every: '1h' } };
    const { first, run, supergraph } = await start('memory', 1, own);
    await run('canary start --subgraph people');
    const whoOf = async (user: number) => {
      const headers = { 'content-type': 'application/json', 'x-user': `user-${user}` };
      return (await first.ask(query, {}, { headers })).data?.['who'];
    };
    const before = await Promise.all(Array.from({ length: 100 }, (_, user) => whoOf(user)));
    const share = before.filter((who) => who === 'canary').length;
    expect(share).toBeGreaterThan(10);
    expect(share).toBeLessThan(55);
    await first.runtime.reload(configOf('memory', supergraph, { ...own, all: { maxConcurrency: 50 } }));
    expect(await Promise.all(Array.from({ length: 100 }, (_, user) => whoOf(user)))).toEqual(before);
    await run('canary promote --subgraph people');
    expect(new Set(await Promise.all(Array.from({ length: 50 }, (_, user) => whoOf(user))))).toEqual(
      new Set(['canary']),
    );
    // Without the section, the configuration has its say again.
    const { canary: _gone, ...rest } = own;
    const config = configOf('memory', supergraph, {
      ...rest,
      groups: { ...own.groups, weights: { stable: 1, canary: 0 } },
    });
    const people = { ...config.traffic.subgraphs['people'], canary: undefined };
    await first.runtime.reload({ ...config, traffic: { ...config.traffic, subgraphs: { people } } });
    expect(new Set(await Promise.all(Array.from({ length: 50 }, (_, user) => whoOf(user))))).toEqual(
      new Set(['stable']),
    );
  });

  it('is not for the command line to guess', async () => {
    const { run } = await start('memory', 1);
    expect(await run('canary start --subgraph poeple')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Set traffic.subgraphs.poeple.canary.'),
    });
    expect((await run('canary status --subgraph poeple')).exitCode).toBe(1);
    expect(await run('canary abort --subgraph people')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('never started'),
    });
    for (const line of [
      'start',
      'promote --subgraph',
      'abort shop@production --subgraph people',
      'status --registry http://x --subgraph people',
    ]) {
      expect((await run(`canary ${line}`)).exitCode, line).toBe(2);
    }
  });

  describeWithRedis('on a Redis', () => {
    it('is the same for all gateways', async () => {
      await using redis = await startRedis();
      const { gateways, run, status } = await start({ redis: redis.url, timeout: '5s' }, 2, { canary: patient });
      const asking = load(gateways);
      await run('canary start --subgraph people');
      await expect.poll(async () => (await status()).state, soon).toBe('promoted');
      await expect.poll(async () => (await gateways[1]?.ask(query))?.data?.['who'], soon).toBe('canary');
      await asking.stop();
      for (const close of closing.splice(1).toReversed()) await close();
    });
  });
});
