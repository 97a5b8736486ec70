import { type Command, InvalidArgumentError } from 'commander';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { parseWholeNumber } from './parse-whole-number.ts';
import type { Terminal } from './terminal.ts';

interface TopFlags extends AdminFlags {
  readonly window: number;
  readonly rows?: number;
  readonly once?: true;
  readonly json?: true;
}

const examples = `
Examples:
  overlock top                                         what the gateway does, once a second; Ctrl-C ends it
  overlock top --window 300 --rows 20                  over the last five minutes
  overlock top --once --json                           for programs
`;

/** `overlock top`: what a running gateway does at the moment. */
export function addTopCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  addAdminFlags(
    program
      .command('top')
      .summary('watch what a running gateway does')
      .description('Show requests, errors and times of a running gateway by operation, subgraph and client.')
      .option('--window <seconds>', 'over how many seconds, up to 3600', parseWindow, 60)
      .option('--rows <number>', 'rows of each table (default: 10, or as many as there is room for)', parseWholeNumber)
      .option('--once', 'print it once; so it is where there is no terminal')
      .option('--json', 'print it once as JSON')
      .addHelpText('after', examples),
  ).action(async ({ admin, token, window, rows, once, json }: TopFlags) => {
    const { showTop } = await import('./top.ts');
    const options = { windowMs: window * 1_000, rows, once: once === true, json: json === true };
    end(await showTop({ admin: { admin, token }, ...options }, terminal));
  });
}

function parseWindow(text: string): number {
  const seconds = parseWholeNumber(text);
  if (seconds >= 1 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError('It must be from 1 to 3600.');
}
