import { type Command, InvalidArgumentError } from 'commander';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { parseWholeNumber } from './parse-whole-number.ts';
import type { Terminal } from './terminal.ts';

interface ProfileFlags extends AdminFlags {
  readonly seconds: number;
  readonly out?: string;
}

const examples = `
Examples:
  overlock profile cpu                                 where the time of ten seconds goes: overlock.cpuprofile
  overlock profile heap --seconds 30 --out a.heapprofile

One profile is taken at a time. With several processes one of them is watched.
`;

const kinds = { cpu: 'where its time goes', heap: 'what takes its memory' } as const;

/** `overlock profile`: a running gateway watches itself. */
export function addProfileCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const profile = program
    .command('profile')
    .summary('see where the time or the memory of a running gateway goes')
    .description('Have a running gateway watch itself for some seconds, and write what it found to a file.')
    .addHelpText('after', examples);
  for (const of of ['cpu', 'heap'] as const) {
    addAdminFlags(
      profile
        .command(of)
        .summary(kinds[of])
        .description(`Write ${kinds[of]} to a .${of}profile file.`)
        .option('--seconds <number>', 'for how long, 1 to 120', parseSeconds, 10)
        .option('--out <file>', `where to write it; default: overlock.${of}profile`)
        .addHelpText('after', examples),
    ).action(async ({ admin, token, seconds, out }: ProfileFlags) => {
      const { takeProfile } = await import('./profile.ts');
      end(await takeProfile({ admin: { admin, token }, of, seconds, out }, terminal));
    });
  }
}

function parseSeconds(text: string): number {
  const seconds = parseWholeNumber(text);
  if (seconds >= 1 && seconds <= 120) return seconds;
  throw new InvalidArgumentError('It must be from 1 to 120.');
}
