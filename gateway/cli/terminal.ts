import { createColors } from 'picocolors';

/** Where a command writes text for people or programs. */
export interface Output {
  readonly write: (text: string) => void;
  /** Whether a person is looking at it. */
  readonly isTerminal: boolean;
  /** Paint, or functions that leave text as it is where colours are not wanted. */
  readonly colors: ReturnType<typeof createColors>;
  /** How wide it is now, and how high. */
  readonly columns: number | undefined;
  readonly rows?: number | undefined;
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** All that a command may know and touch of the process it runs in. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Calls `listener` for every such signal, in place of what the signal does by default, until the returned function is called. */
  readonly onSignal: (signal: Signal, listener: () => void) => () => void;
}

/** The terminal of a real Node process, with its signals. */
export function createTerminal(host: NodeJS.Process): Terminal {
  const { env } = host;
  return {
    stdout: createOutput(host.stdout, env),
    stderr: createOutput(host.stderr, env),
    env,
    cwd: host.cwd(),
    onSignal(signal, listener) {
      host.on(signal, listener);
      return () => host.off(signal, listener);
    },
  };
}

function createOutput(stream: NodeJS.WriteStream, env: Terminal['env']): Output {
  // A reader that has gone away (`overlock ... | head`) or a full disk is no reason to end a gateway.
  stream.on('error', () => {});
  const isTerminal = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    colors: createColors(wantsColors(isTerminal, env)),
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
}

/** https://no-color.org and https://force-color.org, of which the first wins. */
export function wantsColors(isTerminal: boolean, env: Terminal['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}
