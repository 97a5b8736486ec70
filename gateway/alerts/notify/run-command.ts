import { spawn } from 'node:child_process';
import type { NotifyConfig } from '../../config/alerts.ts';

type CommandConfig = Extract<NotifyConfig, { kind: 'command' }>;

/**
 * Runs a program, without a shell, with `input` as its standard input.
 * @throws Error with a sentence when it cannot be run, takes too long or does not end well
 */
export async function runCommand(
  { run: [program = '', ...parameters], timeout: timeoutMs }: Pick<CommandConfig, 'run' | 'timeout'>,
  input: string,
  signal: AbortSignal,
): Promise<void> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, parameters, {
      stdio: ['pipe', 'ignore', 'ignore'],
      signal: stop,
      killSignal: 'SIGKILL',
      shell: false,
    });
    child.once('error', ({ message }) =>
      reject(new Error(stop.aborted ? 'The command took too long.' : `The command could not be run: ${message}.`)),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(stop.aborted ? 'The command took too long.' : `The command ended with ${code ?? 'a signal'}.`),
        );
    });
    // A program need not read what it is told.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
