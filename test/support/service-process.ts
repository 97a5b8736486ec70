import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServiceName } from '../../subgraphs/services.ts';
import { compiled } from './compiled.ts';

const serve = await compiled('subgraphs/serve.js');

export interface ServiceProcess {
  readonly url: string;
  /** Ends it without a word, as a crash does. */
  readonly kill: () => void;
}

/** Starts a service of the demo in a process of its own. */
export async function startServiceProcess(name: ServiceName, port = 0): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [serve, name, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    url: /(http:\S+)/.exec(String(line))?.[1] ?? '',
    kill: () => child.kill('SIGKILL'),
  };
}
