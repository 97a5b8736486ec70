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
  const loaded = await load();
  if (loaded.kind === 'misconfigured') {
    printProblems(loaded.problems, terminal.stderr);
    return exitCodes.failed;
  }
  const { stderr } = terminal;
  const telemetry = await createTelemetry(loaded.config.telemetry, { output: stderr });
  const runtime = new Runtime({ telemetry, wait });
  const ended = untilStopped(terminal);
  try {
    const outcome = await Promise.race([runtime.start(loaded.config), ended]);
    if (outcome.kind === 'failed') {
      printCompositionProblems(outcome.problems, stderr);
      return exitCodes.failed;
    }
    if (outcome.kind === 'started') {
      terminal.stdout.write(`Overlock answers at ${runtime.url}\n`);
      if (runtime.adminUrl !== undefined) terminal.stdout.write(`Health and metrics are at ${runtime.adminUrl}\n`);
      await follow(runtime, loaded, load, { terminal, telemetry, ended });
    }
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`${stderr.colors.red('error:')} ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  } finally {
    await runtime.stop();
    await telemetry.shutdown();
  }
}

interface Surroundings {
  readonly terminal: Terminal;
  readonly telemetry: Telemetry;
  readonly ended: Promise<unknown>;
}

/** Applies changes of the configuration and of schema files until the process is told to end. */
async function follow(
  runtime: Runtime,
  loaded: ConfigLoad,
  load: () => Promise<ConfigLoad>,
  { terminal, telemetry: { log }, ended }: Surroundings,
): Promise<void> {
  const watcher = watch([...loaded.files, ...runtime.schemaFiles], { ignoreInitial: true });
  let configFiles: readonly string[] = loaded.files;
  let changes: Promise<void> = Promise.resolve();
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const reload = async () => {
    const next = await load();
    configFiles = next.files;
    if (next.kind === 'loaded') await runtime.reload(next.config);
    else
      log.error('The configuration has problems; the running one stays.', {
        problems: next.problems.map(formatProblem),
      });
    watcher.add([...configFiles, ...runtime.schemaFiles]);
  };
  const apply = () => {
    const files = changed;
    changed = new Set();
    const concernsConfig = [...files].some((path) => configFiles.includes(path));
    changes = changes.then(() => (concernsConfig ? reload() : runtime.refresh()));
  };
  watcher.on('all', (_event, path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(apply, changeSettlesMs);
  });
  const stopHangup = terminal.onSignal('SIGHUP', () => {
    changes = changes.then(reload);
  });

  await ended;
  clearTimeout(timer);
  stopHangup();
  await watcher.close();
  await changes;
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
