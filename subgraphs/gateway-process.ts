import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** More than the gateway's drainTimeout, and short enough for the whole demo to end within 2 s. */
const graceMs = 1_500;
const pollMs = 50;

/** The gateway in a process of its own; what it prints goes to the terminal. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  /** Resolves with the exit code; 1 when a signal ended it or it could not be started. */
  readonly exitCode: Promise<number>;

  /** @param nodeArguments What `node` is given: the gateway's file with flags before and arguments after it. */
  constructor(nodeArguments: readonly string[], environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, nodeArguments, { env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
    this.exitCode = exitCodeOf(this.#child);
  }

  /** Asks it to end, and ends it when it takes longer than 1.5 s. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.exitCode;
    clearTimeout(timer);
  }
}

/** Resolves with true once `url` answers 2xx, with false when `signal` is aborted before. */
export async function waitUntilReady(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await isReady(url, signal)) return true;
    await sleep(pollMs);
  }
  return false;
}

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  try {
    const [code] = await once(child, 'exit');
    return typeof code === 'number' ? code : 1;
  } catch {
    return 1;
  }
}
