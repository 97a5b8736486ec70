import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../gateway/cli/program.ts';
import { freePort } from '../../support/free-port.ts';
import { createFakeTerminal } from './fake-terminal.ts';

async function run(...argv: string[]) {
  const { terminal, written } = createFakeTerminal();
  return { exitCode: await runCommandLine(argv, terminal), ...written };
}

describe('overlock block', () => {
  it.each([
    [['block', '--reason', 'r'], 'Name one thing to block'],
    [['block', '--client', 'a', '--subgraph', 'b', '--reason', 'r'], 'Name one thing to block'],
    [['block', '--client', 'a'], "required option '--reason <text>'"],
    [['block', '--client', 'a', '--reason', 'r', '--for', 'long'], 'It must be a length of time'],
    [['unblock'], "missing required argument 'id'"],
  ])('ends with 2 when it is not understood: %j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });

  it.each([['block', '--client', 'a', '--reason', 'r'], ['blocks'], ['unblock', 'a']])(
    'ends with 1 when there is no gateway to talk to: %s',
    async (...argv) => {
      const { exitCode, stdout, stderr } = await run(...argv, '--admin', `http://127.0.0.1:${await freePort()}`);
      expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining('There is no gateway to talk to')]);
    },
  );
});
