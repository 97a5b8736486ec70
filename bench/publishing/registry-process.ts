import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A registry that answers. */
export interface RegistryProcess {
  /** Asks for `GET /v1/graphs` and the like, as an admin. @throws Error when it is refused */
  readonly ask: (route: string, body?: unknown) => Promise<string>;
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
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output = `${output}${chunk}`.slice(-100_000);
        const [, found] = /^The registry answers at (\S+)$/m.exec(output) ?? [];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('close', () => reject(new Error(`The registry did not start:\n${output}`)));
  });
  return {
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
