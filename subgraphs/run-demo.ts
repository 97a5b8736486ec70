import { once } from 'node:events';
import { createServer } from 'node:http';
import { assetPath } from './asset.ts';
import { GatewayProcess, waitUntilReady } from './gateway-process.ts';
import { ListenError, listen, parsePort } from './listen.ts';
import { serviceNames, services } from './services.ts';
import { type RunningService, startService } from './start-service.ts';
import { toWelcome } from './welcome.ts';

const host = '127.0.0.1';

type Environment = Readonly<Record<string, string | undefined>>;

export interface DemoOptions {
  /** What `node` is given to run the gateway's command line. */
  readonly gateway: readonly string[];
  /** The gateway's environment. `GATEWAY_PORT`, `ADMIN_PORT`, `ACCOUNTS_PORT` and so on choose other ports. */
  readonly environment: Environment;
  readonly print: (text: string) => void;
  /** Ends the demo. */
  readonly stop: AbortSignal;
}

/** Runs the shop and its gateway until told to stop. Resolves with the exit code when nothing of it runs any more. */
export async function runDemo({ environment, print, ...options }: DemoOptions): Promise<number> {
  const running: RunningService[] = [];
  try {
    for (const name of serviceNames) {
      const port = portFrom(environment, name, services[name].port);
      running.push(await startService(name, { host, port }));
    }
    const urls = running.map(({ name, url }) => [`${name.toUpperCase()}_URL`, url]);
    return await runGateway({ ...options, print, environment: { ...environment, ...Object.fromEntries(urls) } });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    print(`${error.message}\nGATEWAY_PORT, ADMIN_PORT, ACCOUNTS_PORT and so on choose other ports.\n`);
    return 1;
  } finally {
    await Promise.all(running.map((service) => service.close()));
  }
}

async function runGateway({ gateway, environment, print, stop }: DemoOptions): Promise<number> {
  const origin = await findOrigin('gateway', portFrom(environment, 'gateway', 4000));
  const adminOrigin = await findOrigin('admin', portFrom(environment, 'admin', 9464));
  const child = new GatewayProcess([...gateway, 'serve', '--config', assetPath('overlock.yaml')], {
    ...environment,
    GATEWAY_PORT: new URL(origin).port,
    ADMIN_PORT: new URL(adminOrigin).port,
  });
  const ended = new AbortController();
  const exitCode = child.exitCode.finally(() => ended.abort());
  const over = AbortSignal.any([stop, ended.signal]);
  try {
    if (await waitUntilReady(`${origin}/health/ready`, over)) print(toWelcome(origin, adminOrigin));
    if (!over.aborted) await once(over, 'abort');
  } finally {
    await child.stop();
  }
  if (stop.aborted) return 0;
  print(`The gateway ended with exit code ${await exitCode}, and the shop closes with it.\n`);
  return exitCode;
}

function portFrom(environment: Environment, name: string, ownPort: number): number {
  const port = environment[`${name.toUpperCase()}_PORT`];
  return port === undefined ? ownPort : parsePort(port);
}

/** Where the gateway can listen: asked beforehand, so that a taken port is told before the gateway starts. */
async function findOrigin(name: string, port: number): Promise<string> {
  const server = createServer();
  const origin = await listen(server, name, { host, port });
  server.close();
  await once(server, 'close');
  return origin;
}
