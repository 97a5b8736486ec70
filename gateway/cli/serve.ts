import { stat } from 'node:fs/promises';
import { watch } from 'chokidar';
import type { Config } from '../config/config.ts';
import { type ConfigLoad, loadConfig } from '../config/load.ts';
import type { ConfigOverrides } from '../config/load-options.ts';
import { formatProblem } from '../config/problem.ts';
import type { StartOutcome } from '../runtime.ts';
import { createTelemetry } from '../telemetry/create-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { countProcessors } from './count-processors.ts';
import { exitCodes } from './exit-codes.ts';
import { printCompositionProblems } from './print-composition-problems.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';

export interface ServeOptions {
  /** Configuration file, relative to the working directory. */
  readonly file: string | undefined;
  readonly overrides: ConfigOverrides;
  /** Whether to try again, with growing pauses, when a schema cannot be had at start. */
  readonly wait: boolean;
}

/** Editors write a file in several steps, and teams several files at a time. */
const changeSettlesMs = 100;

/** A gateway that runs, in this process or in several. */
interface Host {
  readonly url: string;
  readonly adminUrl: string | undefined;
  readonly schemaFiles: readonly string[];
  readonly start: (config: Config, values: unknown) => Promise<StartOutcome>;
  readonly refresh: () => Promise<unknown>;
  readonly reload: (config: Config, values: unknown) => Promise<StartOutcome>;
  readonly stop: () => Promise<void>;
}

type LoadedConfig = Extract<ConfigLoad, { kind: 'loaded' }>;

/** Runs the gateway until a signal ends it; resolves to the exit code. */
export async function serve({ file, overrides, wait }: ServeOptions, terminal: Terminal): Promise<number> {
  const load = () => loadConfig({ file, overrides, env: terminal.env, cwd: terminal.cwd });
  const loadedAtMs = Date.now();
  const loaded = await load();
  if (loaded.kind === 'misconfigured') {
    printProblems(loaded.problems, terminal.stderr);
    return exitCodes.failed;
  }
  const { stderr } = terminal;
  const workers = await countWorkers(loaded.config);
  const telemetry = await createTelemetry(telemetryOf(loaded.config, workers), { output: stderr });
  const host = await createHost({ telemetry, wait, workers, terminal });
  const ended = untilStopped(terminal);
  const hangups = catchHangups(terminal);
  try {
    const outcome = await Promise.race([host.start(loaded.config, loaded.values), ended]);
    if (outcome.kind === 'failed') {
      printCompositionProblems(outcome.problems, stderr);
      return exitCodes.failed;
    }
    if (outcome.kind === 'started') {
      terminal.stdout.write(`Overlock answers at ${host.url}\n`);
      if (host.adminUrl !== undefined) terminal.stdout.write(`Health and metrics are at ${host.adminUrl}\n`);
      await follow(host, loaded, load, { hangups, telemetry, ended, loadedAtMs });
    }
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  } finally {
    await host.stop();
    await telemetry.shutdown();
    hangups.stop();
  }
}

async function countWorkers({ listen: { workers } }: Config): Promise<number> {
  return workers === 'auto' ? await countProcessors() : workers;
}

interface HostOptions {
  readonly telemetry: Telemetry;
  readonly wait: boolean;
  readonly workers: number;
  readonly terminal: Terminal;
}

/** What a process does not need is not loaded there. */
async function createHost({ telemetry, wait, workers, terminal }: HostOptions): Promise<Host> {
  if (workers === 1) {
    const { createSource } = await import('../supergraph/sources/create-source.ts');
    const { Runtime } = await import('../runtime.ts');
    return new Runtime({ telemetry, wait, sourceOf: ({ graph }, { log, ...rest }) => createSource(graph, log, rest) });
  }
  const { Crew } = await import('../cluster/crew.ts');
  const crew = new Crew({ size: workers, nodeOptions: terminal.env['NODE_OPTIONS'], log: telemetry.log });
  // They start while the rest is loaded.
  crew.start();
  const { Primary } = await import('../cluster/primary.ts');
  return new Primary({ telemetry, wait, crew });
}

/** Workers send by themselves what is to be sent. */
function telemetryOf({ telemetry }: Config, workers: number): Config['telemetry'] {
  if (workers === 1) return telemetry;
  return { ...telemetry, traces: undefined, metrics: { ...telemetry.metrics, otlp: undefined } };
}

interface Surroundings {
  readonly hangups: Hangups;
  readonly telemetry: Telemetry;
  readonly ended: Promise<unknown>;
  /** When the files were read, in milliseconds since the epoch. */
  readonly loadedAtMs: number;
}

/** Applies changes of the configuration and of schema files until the process is told to end. */
async function follow(
  host: Host,
  loaded: ConfigLoad,
  load: () => Promise<ConfigLoad>,
  { hangups, telemetry, ended, loadedAtMs }: Surroundings,
): Promise<void> {
  const watcher = watch([...loaded.files, ...host.schemaFiles], { ignoreInitial: true });
  let configFiles: readonly string[] = loaded.files;
  let changes: Promise<unknown> = Promise.resolve();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const reload = async () => {
    const next = await load();
    configFiles = next.files;
    if (next.kind === 'loaded') await changeOver(host, next, telemetry);
    else reportProblems(next, telemetry);
    watcher.add([...configFiles, ...host.schemaFiles]);
  };
  const inTurn = (change: () => Promise<unknown>) => {
    changes = changes.then(change).catch((error: unknown) => {
      telemetry.log.error('A change could not be applied; what runs stays.', { error });
    });
  };
  const apply = () => {
    const concernsConfig = [...changed].some((file) => configFiles.includes(file));
    changed.clear();
    inTurn(concernsConfig ? reload : () => host.refresh());
  };
  const note = (file: string) => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(apply, changeSettlesMs);
  };
  watcher.on('all', (_event, file) => note(file));
  // What changed between reading a file and watching it raises no event.
  watcher.once('ready', async () => {
    for (const file of await changedSince(loadedAtMs, [...configFiles, ...host.schemaFiles])) note(file);
  });
  hangups.onHangup(() => inTurn(reload));

  await ended;
  clearTimeout(timer);
  await watcher.close();
}

function reportProblems({ problems }: Extract<ConfigLoad, { kind: 'misconfigured' }>, { log }: Telemetry): void {
  log.error('The configuration has problems; the running one stays.', { problems: problems.map(formatProblem) });
}

async function changeOver(host: Host, { config, values }: LoadedConfig, { log }: Telemetry): Promise<void> {
  const stays = 'The new configuration cannot be served; the running one stays.';
  try {
    const outcome = await host.reload(config, values);
    if (outcome.kind === 'failed') log.error(stays, { problems: outcome.problems });
  } catch (error) {
    log.error(stays, { error });
  }
}

async function changedSince(timeMs: number, files: readonly string[]): Promise<readonly string[]> {
  const times = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return files.filter((_file, index) => (times[index]?.mtimeMs ?? 0) > timeMs);
}

interface Hangups {
  /** Calls `listener` for every SIGHUP, one that came before included. */
  readonly onHangup: (listener: () => void) => void;
  readonly stop: () => void;
}

/** A hang-up may come before there is anything to reload; by default it would end the process. */
function catchHangups(terminal: Terminal): Hangups {
  let early = false;
  let listener = () => {
    early = true;
  };
  return {
    stop: terminal.onSignal('SIGHUP', () => listener()),
    onHangup(next) {
      listener = next;
      if (early) next();
    },
  };
}
