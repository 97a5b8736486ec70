import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { Contender, Task } from './contenders.ts';

/** A gateway that answers. */
export interface GatewayProcess {
  readonly contender: Contender;
  readonly child: ChildProcess;
  readonly pid: number;
  /** Its GraphQL endpoint. */
  readonly url: string;
  /** All that it has written so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export interface StartOptions extends Pick<Task, 'supergraphFile' | 'forwards'> {
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** Whether it is to have a channel to this process, which users do not start it with. */
  readonly hasChannel?: boolean;
  /** Whether it runs on one processor, which nothing else uses. Default: it does, where there are several. */
  readonly isPinned?: boolean;
}

const startsWithinMs = 30_000;
const stopsWithinMs = 5_000;

/** A processor for the gateway alone: the last one, where there are several and `taskset` is installed. */
const processors = availableParallelism();
const canPin = processors > 1 && spawnSync('taskset', ['--version']).error === undefined;
const gatewayPin = canPin ? ['taskset', '-c', String(processors - 1)] : [];

/** Moves this process, which runs the subgraphs, and what it starts for load, off the gateway's processor. */
export function leaveGatewayProcessor(): void {
  if (canPin)
    spawnSync('taskset', ['-a', '-p', '-c', processors === 2 ? '0' : `0-${processors - 2}`, `${process.pid}`]);
}

/** Starts a gateway on a free port and resolves once it answers. */
export async function startGateway(contender: Contender, options: StartOptions): Promise<GatewayProcess> {
  const { supergraphFile, forwards, flags = [], hasChannel = false, isPinned = true } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'overlock-bench-'));
  const task = { supergraphFile, forwards, folder, port: await freePort() };
  for (const [name, text] of Object.entries(contender.files(task))) await writeFile(path.join(folder, name), text);

  const [command = '', ...args] = [
    ...(isPinned ? gatewayPin : []),
    process.execPath,
    ...flags,
    ...contender.args(task),
  ];
  const child = spawn(command, args, {
    cwd: contender.cwd,
    env: { ...process.env, NODE_ENV: 'production', ...contender.env(task) },
    stdio: ['ignore', 'pipe', 'pipe', hasChannel ? 'ipc' : 'ignore'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output = `${output}${chunk}`.slice(-100_000);
    });
  }
  const gateway: GatewayProcess = {
    contender,
    child,
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${task.port}/graphql`,
    output: () => output,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (await answers(gateway)) return gateway;
  await gateway.stop();
  throw new Error(`${contender.name} did not start:\n${output.slice(-2_000)}`);
}

async function answers({ url, child }: GatewayProcess): Promise<boolean> {
  const body = JSON.stringify({ query: '{ __typename }' });
  for (const startedMs = Date.now(); Date.now() - startedMs < startsWithinMs && isRunning(child); await delay(50)) {
    const answer = await ask({ url, body }).catch(() => undefined);
    if (answer?.status === 200) return true;
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopsWithinMs);
  await exited;
  clearTimeout(timer);
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
