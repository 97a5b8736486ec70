import { existsSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { configSchema } from '../../gateway/config/config.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const peersFolder = path.join(repository, 'bench/peers');
const hive = 'node_modules/@graphql-hive/gateway/dist/bin.js';

/** What a gateway has to run on. */
export interface Task {
  readonly supergraphFile: string;
  readonly port: number;
  /** Whether the client's header `authorization` goes to the subgraphs. */
  readonly forwards: boolean;
  /** A folder for files of its own. */
  readonly folder: string;
}

/** A gateway that is measured; all of them run on Node. */
export interface Contender {
  readonly name: string;
  readonly cwd: string;
  readonly env: (task: Task) => Readonly<Record<string, string>>;
  /** Files to be written before it starts, by name, below the task's folder. */
  readonly files: (task: Task) => Readonly<Record<string, string>>;
  /** What stands behind `node` and its own flags. */
  readonly args: (task: Task) => readonly string[];
}

/** Overlock with some sections of its configuration; `main` is its command line, built. */
export function createOverlock(
  name: string,
  sections: Readonly<Record<string, unknown>>,
  main: string = path.join(repository, 'dist/main.js'),
): Contender {
  return {
    name,
    cwd: repository,
    env: () => ({}),
    files: ({ supergraphFile, port, forwards }) => ({
      'overlock.yaml': stringify({
        listen: { port },
        admin: { port: 0 },
        graph: { supergraph: supergraphFile },
        // As the peers have it: either a header goes to the subgraphs, or requests in flight share their work.
        ...(forwards
          ? { headers: { toSubgraphs: [{ propagate: ['authorization'] }] } }
          : { traffic: { operation: { dedupe: true } } }),
        ...sections,
      }),
    }),
    args: ({ folder }) => [main, 'serve', '--config', path.join(folder, 'overlock.yaml')],
  };
}

/** The engines that the configuration knows. */
export const engineNames = configSchema.shape.engine.unwrap().options;

/** Overlock with each of its engines. */
export const engines: readonly Contender[] = engineNames.map((engine) => createOverlock(engine, { engine }));

/** Overlock with stored answers: it shows what one costs that nobody has to make. Peers store nothing, so it is measured on request only. */
export const storing: Contender = createOverlock('stored', {
  cache: { response: { enabled: true }, defaultMaxAge: '1m' },
});

/** Hive Gateway, with the flags and the configuration file of one of its engines. */
function createHive(name: string, flags: readonly string[]): Contender {
  return {
    name,
    cwd: peersFolder,
    env: ({ forwards }) => (forwards ? { FORWARD: 'authorization' } : {}),
    files: () => ({}),
    args: ({ supergraphFile, port }) => [
      ...[hive, 'supergraph', supergraphFile, '--config-path', `${name}.mjs`],
      ...['--host', '127.0.0.1', '--port', String(port), ...flags],
    ],
  };
}

/** The gateways that Overlock is compared with. */
export const peers: readonly Contender[] = [createHive('hive-stitch', ['--jit']), createHive('hive-planner', [])];

/** Whether the peers can be run. */
export function hasPeers(): boolean {
  return existsSync(path.join(peersFolder, hive));
}
