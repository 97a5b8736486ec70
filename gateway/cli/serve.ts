import { stat } from 'node:fs/promises';
import { watch } from 'chokidar';
import { type ConfigLoad, loadConfig } from '../config/load.ts';
import type { ConfigOverrides } from '../config/load-options.ts';
import { formatProblem } from '../config/problem.ts';
import { Runtime } from '../runtime.ts';
import { createTelemetry } from '../telemetry/create-telemetry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { exitCodes } from './exit-codes.ts';
import { printCompositionProblems } from './print-composition-problems.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';

export interface ServeOptions {
  /** Configuration file, relative to the working directory. */
  readonly file: string | undefined;
  readonly overrides: ConfigOverrides;
  /** Whether to try again, with growing pauses, when a schema cannot be had at start. */
  readonly wait: boolean;
}

/** Editors write a file in several steps, and teams several files at a time. */
const changeSettlesMs = 100;

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
  const telemetry = await createTelemetry(loaded.config.telemetry, { output: stderr });
  const runtime = new Runtime({ telemetry, wait });
  const ended = untilStopped(terminal);
  const hangups = catchHangups(terminal);
  try {
    const outcome = await Promise.race([runtime.start(loaded.config), ended]);
    if (outcome.kind === 'failed') {
      printCompositionProblems(outcome.problems, stderr);
      return exitCodes.failed;
    }
    if (outcome.kind === 'started') {
      terminal.stdout.write(`Overlock answers at ${runtime.url}\n`);
      if (runtime.adminUrl !== undefined) terminal.stdout.write(`Health and metrics are at ${runtime.adminUrl}\n`);
      await follow(runtime, loaded, load, { hangups, telemetry, ended, loadedAtMs });
    }
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  } finally {
    await runtime.stop();
    await telemetry.shutdown();
    hangups.stop();
  }
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
  runtime: Runtime,
  loaded: ConfigLoad,
  load: () => Promise<ConfigLoad>,
  { hangups, telemetry, ended, loadedAtMs }: Surroundings,
): Promise<void> {
  const watcher = watch([...loaded.files, ...runtime.schemaFiles], { ignoreInitial: true });
  let configFiles: readonly string[] = loaded.files;
  let changes: Promise<void> = Promise.resolve();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const reload = async () => {
    const next = await load();
    configFiles = next.files;
    if (next.kind === 'loaded') await runtime.reload(next.config);
    else reportProblems(next, telemetry);
    watcher.add([...configFiles, ...runtime.schemaFiles]);
  };
  const inTurn = (change: () => Promise<void>) => {
    changes = changes.then(change).catch((error: unknown) => {
      telemetry.log.error('A change could not be applied; what runs stays.', { error });
    });
  };
  const apply = () => {
    const concernsConfig = [...changed].some((file) => configFiles.includes(file));
    changed.clear();
    inTurn(concernsConfig ? reload : () => runtime.refresh());
  };
  const note = (file: string) => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(apply, changeSettlesMs);
  };
  watcher.on('all', (_event, file) => note(file));
  // What changed between reading a file and watching it raises no event.
  watcher.once('ready', async () => {
    for (const file of await changedSince(loadedAtMs, [...configFiles, ...runtime.schemaFiles])) note(file);
  });
  hangups.onHangup(() => inTurn(reload));

  await ended;
  clearTimeout(timer);
  await watcher.close();
}

function reportProblems({ problems }: Extract<ConfigLoad, { kind: 'misconfigured' }>, { log }: Telemetry): void {
  log.error('The configuration has problems; the running one stays.', { problems: problems.map(formatProblem) });
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

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once, as it does by default. */
function untilStopped(terminal: Terminal): Promise<{ readonly kind: 'stopped' }> {
  return new Promise((resolve) => {
    const stops = (['SIGINT', 'SIGTERM'] as const).map((signal) =>
      terminal.onSignal(signal, () => {
        for (const stop of stops) stop();
        resolve({ kind: 'stopped' });
      }),
    );
  });
}
