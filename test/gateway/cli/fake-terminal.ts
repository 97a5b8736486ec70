import { createColors } from 'picocolors';
import type { Output, Terminal } from '../../../gateway/cli/terminal.ts';

/** A terminal that keeps what was written. */
export function createFakeTerminal(options: { cwd?: string; env?: Terminal['env']; colors?: boolean } = {}) {
  const written = { stdout: '', stderr: '' };
  const output = (stream: 'stdout' | 'stderr'): Output => ({
    write: (text) => {
      written[stream] += text;
    },
    isTerminal: options.colors === true,
    colors: createColors(options.colors === true),
    columns: 100,
  });
  const terminal: Terminal = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/nowhere',
    onSignal: () => () => {},
  };
  return { terminal, written };
}
