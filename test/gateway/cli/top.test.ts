import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { telemetrySection } from '../../../gateway/config/telemetry.ts';
import { createTelemetry } from '../../../gateway/telemetry/create-telemetry.ts';
import type { Telemetry } from '../../../gateway/telemetry/telemetry.ts';
import { type Federation, startFederation } from '../../support/federation.ts';
import { createStubOutput } from '../telemetry/stub-output.ts';
import { createFakeTerminal } from './fake-terminal.ts';

describe('overlock top', () => {
  let telemetry: Telemetry;
  let gateway: Federation;
  beforeAll(async () => {
    telemetry = await createTelemetry(telemetrySection.parse({}), { output: createStubOutput().output });
    gateway = await startFederation({
      telemetry,
      subgraphs: { products: { sdl: 'type Query { top: Int }', resolvers: { Query: { top: () => 1 } } } },
    });
    const headers = { 'apollographql-client-name': 'shop-web' };
    for (let turn = 0; turn < 3; turn++) await gateway.ask('query Top { top }', {}, { headers });
    await gateway.ask('query Wrong { nothing }');
  });
  afterAll(async () => {
    await gateway.stop();
    await telemetry.shutdown();
  });

  const run = async (...args: string[]) => {
    const { terminal, written } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl } });
    return { code: await runCommandLine(['top', ...args], terminal), ...written };
  };

  it('prints what was asked for most, by operation, subgraph and client', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0\.1\/s over 60 s, errors 25\.0 %, p50 /);
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
    const named = (name: string) => rows.find((row) => row.at(-1) === name);
    expect(named('Top')?.[4]).toBe('0.0 %');
    expect(named('products')?.[4]).toBe('0.0 %');
    expect(named('shop-web')?.[4]).toBe('0.0 %');
    expect(named('(no name)')?.[4]).toBe('100.0 %');
  });

  it('prints it for programs', async () => {
    const { code, stdout } = await run('--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ total: expect.objectContaining({ requests: 4, errors: 1 }) }),
    ]);
  });

  it('keeps to the size of the terminal as long as it is watched, and ends when it is told to', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'.repeat(80)]) {
      await gateway.ask('query Top { top }', {}, { headers: { 'apollographql-client-name': name } });
    }
    const { terminal } = createFakeTerminal({ env: { OVERLOCK_ADMIN: gateway.adminUrl } });
    const screens: string[] = [];
    let stop = () => {};
    const write = (text: string) => {
      if (screens.push(text) === 3) stop();
    };
    const stdout = { ...terminal.stdout, write, isTerminal: true, rows: 24, columns: 60 };
    const onSignal = (_signal: string, listener: () => void) => {
      stop = listener;
      return () => {};
    };
    expect(await runCommandLine(['top'], { ...terminal, stdout, onSignal })).toBe(0);
    const lines = stripVTControlCharacters(screens.at(-1) ?? '').split('\n');
    expect(screens).toHaveLength(3);
    expect(lines.length).toBeLessThan(24);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines.filter((line) => / {2}(shop-web|[a-d]|e+|\(no name\))$/.test(line))).toHaveLength(5);
  });

  it.each(['0', '3601', 'long'])('does not look back for %s seconds', async (window) => {
    expect(await run('--window', window)).toMatchObject({ code: 2 });
  });
});
