import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { threadMsOf } from '../harness/process-usage.ts';

/** A registry that answers. */
export interface RegistryProcess {
  /** Asks for `GET /v1/graphs` and the like, as an admin. @throws Error when it is refused */
  readonly ask: (route: string, body?: unknown) => Promise<string>;
  /** Resolves when it has logged this. */
  readonly until: (message: string) => Promise<void>;
  /** CPU time that it has used, in milliseconds. */
  readonly cpuMs: () => number;
  readonly stop: () => Promise<void>;
}

const adminToken = `ovl_${'B'.repeat(43)}`;

/**
 * Starts `overlock registry serve` on a free port, with the embedded database in a directory.
 * @throws Error with what it wrote, when it ends before it answers
 */
export async function startRegistry(
  main: string,
  directory: string,
  flags: readonly string[],
): Promise<RegistryProcess> {
  const args = [...flags, main, 'registry', 'serve', '--port', '0', '--data', directory];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_ENV: 'production', OVERLOCK_ADMIN_TOKEN: adminToken, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = `${output}${chunk}`.slice(-100_000);
      child.emit('output');
    });
  }
  const readUntil = async (pattern: RegExp) => {
    for (;;) {
      const found = pattern.exec(output);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`The registry has ended:\n${output}`);
      await Promise.race([once(child, 'output'), exited]);
    }
  };
  const [, url] = await readUntil(/^The registry answers at (\S+)$/m);
  return {
    until: async (message) => void (await readUntil(new RegExp(message))),
    cpuMs: () => threadMsOf(child.pid ?? 0),
    async ask(route, body) {
      const [method = '', path = ''] = route.split(' ');
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok)
        throw new Error(`${route}: ${response.status} ${text.slice(0, 2_000)}\n${output.slice(-2_000)}`);
      return text;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
