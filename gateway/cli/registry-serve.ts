import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { type OpenRegistry, openRegistry } from '../../schema/registry/open-registry.ts';
import { ThreadWorkshop } from '../../schema/registry/work/thread-workshop.ts';
import { type ListenConfig, listenSection } from '../config/listen.ts';
import type { TelemetryConfig } from '../config/telemetry.ts';
import { GatewayError } from '../errors.ts';
import { admit, meetExpectation } from '../http/admission.ts';
import { writeProblem } from '../http/control-problem.ts';
import { listen } from '../http/listen.ts';
import { createLogger } from '../telemetry/create-logger.ts';
import type { Logger } from '../telemetry/logger.ts';
import { exitCodes } from './exit-codes.ts';
import { messagesOf } from './messages-of.ts';
import { openPlace, type RegistryPlace, readSigningKey } from './registry-place.ts';
import { startThread } from './start-thread.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

interface ServeRegistryOptions extends RegistryPlace {
  readonly host: string;
  readonly port: number;
  /** PEM files, relative to the working directory; `undefined` for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly denyPrivateUrls: boolean;
  /** Days that recorded usage is kept. */
  readonly keepUsage: number;
  readonly logLevel: TelemetryConfig['logs']['level'];
}

/** Two, so that a large composition does not hold up all the small ones. */
const threads = 2;

/** What a composition of ten thousand types takes is a quarter of it. */
const threadMemoryMb = 2_048;

/** Compositions make much that is needed for a moment: with three times the usual room for it, a tenth less time goes into clearing up. */
const threadYoungMemoryMb = 96;

/** No body is larger; routes take less. */
const bodyMaxBytes = 32 * 1024 * 1024;

const drainMs = 10_000;

/** Days that usage is kept by the hour. */
const hourDays = 14;

/** Runs the registry until a signal ends it; resolves to the exit code. */
export async function serveRegistry(options: ServeRegistryOptions, terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const log = createLogger({ level: options.logLevel, format: undefined }, { output: stderr });
  const ended = untilStopped(terminal);
  const endings: (() => Promise<unknown>)[] = [];
  try {
    const store = await openPlace(options, terminal, log);
    endings.unshift(() => store.close());
    const signingKey = await readSigningKey(options, store, terminal);
    const workshop = createWorkshop(log);
    endings.unshift(() => workshop.close());
    const adminToken = readAdminToken(terminal);
    const { denyPrivateUrls, keepUsage } = options;
    const registry = await openRegistry({
      store,
      workshop,
      signingKey,
      adminToken,
      denyPrivateUrls,
      retention: { hourDays: Math.min(hourDays, keepUsage), days: keepUsage },
      now: Date.now,
      log,
    });
    endings.unshift(() => registry.close());
    const config = toListenConfig(options, terminal);
    const listener = await listen({ config, tlsSettings: '--tls-', handle: createHandler(registry, config), log });
    endings.unshift(() => listener.drain(drainMs));
    if (registry.firstAdminToken !== undefined) {
      stdout.write(`The token of an admin, which is shown this once: ${registry.firstAdminToken}\n`);
    }
    stdout.write(`The registry answers at ${listener.url}\n`);
    await ended;
    registry.drain();
    return exitCodes.ok;
  } catch (error) {
    for (const message of messagesOf(error)) stderr.write(`${stderr.colors.red('error:')} ${message}\n`);
    return exitCodes.failed;
  } finally {
    for (const end of endings) await end();
  }
}

function toListenConfig({ host, port, tls }: ServeRegistryOptions, { cwd }: Terminal): ListenConfig {
  const files = tls && { cert: path.resolve(cwd, tls.cert), key: path.resolve(cwd, tls.key) };
  return listenSection.parse({ host, port, ...(files && { tls: files }) });
}

function createWorkshop(log: Logger): ThreadWorkshop {
  const module = new URL('./registry-worker', import.meta.url);
  const resourceLimits = { maxOldGenerationSizeMb: threadMemoryMb, maxYoungGenerationSizeMb: threadYoungMemoryMb };
  return new ThreadWorkshop({
    size: threads,
    startThread: () => startThread(module, resourceLimits),
    log,
  });
}

/** @throws Error when it could be guessed */
function readAdminToken({ env }: Terminal): string | undefined {
  const token = env['OVERLOCK_ADMIN_TOKEN'];
  if (token === undefined || /^[\x21-\x7e]{32,512}$/.test(token)) return token;
  throw new Error('OVERLOCK_ADMIN_TOKEN must be 32 to 512 printable ASCII characters without spaces.');
}

/** Checks what everything behind relies on, as for the gateway. */
function createHandler({ fetch }: OpenRegistry, config: ListenConfig) {
  const answer = getRequestListener(fetch, { overrideGlobalObjects: false });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      admit(request, config);
      meetExpectation(request, response, bodyMaxBytes);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return writeProblem(response, error);
    }
    await answer(request, response);
  };
}
