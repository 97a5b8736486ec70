import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AdminFlags } from './admin-client.ts';
import { atGateway } from './at-gateway.ts';
import type { Terminal } from './terminal.ts';

export interface ProfileOptions {
  readonly admin: AdminFlags;
  readonly of: 'cpu' | 'heap';
  readonly seconds: number;
  /** Where to write it, relative to the working directory. */
  readonly out: string | undefined;
}

const uses = {
  cpu: 'Open it in the Performance panel of a browser, or in an editor.',
  heap: 'Open it in the Memory panel of a browser.',
} as const;

/** Has a running gateway profile itself, and writes what it found to a file; resolves to the exit code. */
export function takeProfile({ admin, of, seconds, out }: ProfileOptions, terminal: Terminal): Promise<number> {
  const { stderr, cwd } = terminal;
  return atGateway(admin, terminal, async (client) => {
    const file = out ?? `overlock.${of}profile`;
    stderr.write(`The gateway is watched for ${seconds} s.\n`);
    const profile = await client.takeProfile(of, seconds);
    await writeFile(path.resolve(cwd, file), profile).catch((cause: unknown) => {
      throw new Error(`${file} cannot be written. Name another file with --out.`, { cause });
    });
    stderr.write(`The profile is in ${file}. ${uses[of]}\n`);
  });
}
