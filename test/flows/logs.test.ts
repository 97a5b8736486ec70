import { readFile, rename } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { runCommandLine } from '../../gateway/cli/program.ts';
import { createFakeTerminal } from '../gateway/cli/fake-terminal.ts';
import { askAnew } from '../support/ask-anew.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const soon = { timeout: 10_000, interval: 50 };

describe('the logs of a gateway of two processes', () => {
  let users: ServedSubgraph;
  const endings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    users = await serveSubgraph({
      name: 'users',
      sdl: 'type Query { me: User } type User { id: ID! }',
      resolvers: { Query: { me: () => ({ id: '1' }) } },
    });
    return users.close;
  }, 60_000);
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function start(logs: Record<string, unknown>) {
    const folder = await createTemporaryFolder();
    endings.push(folder.remove);
    await folder.write('users.graphql', users.sdl);
    const config = {
      listen: { port: 0, workers: 2 },
      admin: { port: 0 },
      graph: { subgraphs: { users: { url: users.url, schema: 'users.graphql' } }, poll: '0s' },
      authorization: { rules: [{ fields: 'User.id', when: 'identity.subject == "ada"' }], mode: 'reject' },
      telemetry: { logs: { format: 'json', ...logs } },
    };
    const file = await folder.write('overlock.yaml', stringify(config));
    const gateway = await startGateway(['--config', file], { cwd: folder.path });
    endings.push(() => gateway.end());
    const metrics = async () => await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    await vi.waitFor(async () => expect(await metrics()).toContain('\noverlock_workers 2\n'), soon);
    const run = async (...argv: string[]) => {
      const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl, USER: 'grace' } });
      return { exitCode: await runCommandLine(argv, terminal), ...written };
    };
    return { gateway, folder, run };
  }

  const ask = ({ url }: GatewayProcess, client: string, query = '{ __typename }') =>
    askAnew(url, query, { 'apollographql-client-name': client, 'x-correlation-id': `from-${client}` });

  const linesOf = (gateway: GatewayProcess, from = 0): readonly Record<string, unknown>[] =>
    gateway
      .log()
      .slice(from)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));

  const answered = (gateway: GatewayProcess, from: number) =>
    linesOf(gateway, from).filter(({ message }) => message === 'A request was answered.');

  it('are made more detailed for one client, on all processes, until the time is over or it is taken back', async () => {
    const { gateway, run } = await start({ level: 'warn' });
    await ask(gateway, 'ios');
    const { exitCode, stdout } = await run('log', 'level', 'debug', '--client', 'ios', '--for', '10m');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^[\da-f]{12}\n$/)]);
    const workers = new Set<unknown>();
    await vi.waitFor(async () => {
      const from = gateway.log().length;
      await Promise.all([ask(gateway, 'web'), ...Array.from({ length: 8 }, () => ask(gateway, 'ios'))]);
      for (const line of answered(gateway, from)) workers.add(line['worker']);
      expect([...workers].sort()).toEqual([1, 2]);
    }, soon);
    const lines = answered(gateway, 0);
    expect(new Set(lines.map(({ correlationId }) => correlationId))).toEqual(new Set(['from-ios']));
    expect(lines[0]).toMatchObject({ level: 'debug', client: { name: 'ios' }, status: 200 });

    const { stdout: table } = await run('log', 'levels');
    expect(table).toMatch(/debug +client +ios +\S+Z +grace/);
    expect(JSON.parse((await run('log', 'levels', '--json')).stdout)).toMatchObject({
      levels: [{ level: 'debug', scope: 'client', name: 'ios', setBy: 'grace' }],
    });
    expect((await run('log', 'reset', stdout.trim())).exitCode).toBe(0);
    expect((await run('log', 'reset', stdout.trim())).stderr).toContain('No level of this id was set.');
    await vi.waitFor(async () => {
      const from = gateway.log().length;
      await Promise.all(Array.from({ length: 8 }, () => ask(gateway, 'ios')));
      expect(answered(gateway, from)).toEqual([]);
    }, soon);

    const ended = await fetch(`${gateway.adminUrl}/control/log-levels/soon`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        value: { level: 'debug', scope: 'all', name: '', setBy: 'grace' },
        expiresAt: new Date(Date.now() + 2_000).toISOString(),
      }),
    });
    expect(ended.status).toBe(204);
    await vi.waitFor(async () => {
      const from = gateway.log().length;
      await ask(gateway, 'web');
      expect(answered(gateway, from)).toHaveLength(1);
    }, soon);
    await vi.waitFor(async () => {
      const from = gateway.log().length;
      await ask(gateway, 'web');
      expect(answered(gateway, from)).toEqual([]);
    }, soon);
  }, 60_000);

  it('keep what operators changed and who was refused in a file of their own', async () => {
    const { gateway, folder, run } = await start({ audit: { file: 'audit.log' } });
    const file = `${folder.path}/audit.log`;
    const audited = async (name = file): Promise<readonly Record<string, unknown>[]> =>
      (await readFile(name, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    await run('block', '--operation', 'Costly', '--reason', 'too costly');
    await fetch(`${gateway.adminUrl}/control/blocks`, { headers: { origin: 'https://evil.example' } });
    await vi.waitFor(async () => expect(await audited()).toHaveLength(2), soon);
    await rename(file, `${file}.1`);
    await ask(gateway, 'ios', 'query Secret { me { id } }');
    await vi.waitFor(async () => expect(await audited()).toHaveLength(1), soon);
    expect(await audited(`${file}.1`)).toMatchObject([
      {
        event: 'control.changed',
        action: 'put',
        kind: 'block',
        value: { what: 'operation', name: 'Costly', setBy: 'grace' },
        by: { address: '127.0.0.1', agent: expect.stringMatching(/^overlock\//) },
      },
      { event: 'control.refused', code: 'FORBIDDEN', method: 'GET', path: '/control/blocks' },
    ]);
    const [refused] = await audited();
    expect(refused).toMatchObject({
      event: 'access.refused',
      operationName: 'Secret',
      client: 'ios',
      ip: '127.0.0.1',
      identity: { kind: 'anonymous' },
    });
  }, 60_000);

  it('have all changes and some of many refusals, and say how many they have not, also at the end', async () => {
    const { gateway, folder, run } = await start({ audit: { file: 'audit.log', refusals: '2/hour' } });
    const audited = async (): Promise<readonly Record<string, unknown>[]> =>
      (await readFile(`${folder.path}/audit.log`, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    const counted = async () => {
      const lines = await audited();
      const told = (of: string) => {
        const written = lines.filter(({ event }) => event === of).length;
        const omitted = lines.filter((line) => line['event'] === 'refusals.omitted' && line['of'] === of);
        return { written, all: omitted.reduce((sum, { count }) => sum + Number(count), written) };
      };
      return { requests: told('access.refused'), operators: told('control.refused'), lines };
    };
    const refuse = () =>
      Promise.all(Array.from({ length: 30 }, () => ask(gateway, 'ios', 'query Secret { me { id } }')));
    await refuse();
    for (const name of ['A', 'B', 'C', 'D']) {
      await run('block', '--operation', name, '--reason', 'test');
      await fetch(`${gateway.adminUrl}/control/blocks`, { headers: { origin: 'https://evil.example' } });
    }
    await vi.waitFor(async () => {
      const { requests, operators } = await counted();
      expect([requests.all, operators.all]).toEqual([30, 4]);
    }, soon);
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^overlock_audit_refusals_omitted_total\{.*event="access\.refused".*\} \d+$/m);
    await refuse();
    await gateway.end();
    const { requests, operators, lines } = await counted();
    // Two in each of two processes; operators talk to one.
    expect(requests.all).toBe(60);
    expect(requests.written).toBeLessThanOrEqual(4);
    expect(operators.written).toBe(2);
    expect(lines.filter(({ event }) => event === 'control.changed').map(({ value }) => value)).toMatchObject([
      { name: 'A' },
      { name: 'B' },
      { name: 'C' },
      { name: 'D' },
    ]);
  }, 60_000);
});
