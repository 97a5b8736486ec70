import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '../../subgraphs/services.ts';

const root = path.resolve(import.meta.dirname, '../..');
const loader = fileURLToPath(import.meta.resolve('tsx'));

export interface ServiceProcess {
  readonly url: string;
  /** Ends it without a word, as a crash does. */
  readonly kill: () => void;
}

/** Starts a service of the demo in a process of its own. */
export async function startServiceProcess(name: ServiceName, port = 0): Promise<ServiceProcess> {
  const args = ['--import', loader, path.join(root, 'subgraphs/serve.ts'), name, '--port', String(port)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return {
    url: /(http:\S+)/.exec(String(line))?.[1] ?? '',
    kill: () => child.kill('SIGKILL'),
  };
}
