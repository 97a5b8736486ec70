import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A backend in a process of its own, which always answers the same. */
export interface CannedProcess {
  readonly url: string;
  readonly port: number;
  readonly signal: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
  /** Resolves when it is gone. */
  readonly ended: Promise<unknown>;
}

const script = `
  const { createServer } = require('node:http');
  const [body, port] = process.argv.slice(1);
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
`;

/** Starts one that answers `json`, on a free port unless told. */
export async function startCannedProcess(json: unknown, port = 0): Promise<CannedProcess> {
  const args = ['-e', script, '--', JSON.stringify(json), String(port)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  const opened = Number(String(line));
  return {
    url: `http://127.0.0.1:${opened}/graphql`,
    port: opened,
    signal: (signal) => child.kill(signal),
    ended,
  };
}
