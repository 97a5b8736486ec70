import cluster from 'node:cluster';
import { type Command, Option } from 'commander';
import { parsePort } from './parse-port.ts';
import { parseWorkers } from './parse-workers.ts';
import type { Terminal } from './terminal.ts';

interface ServeFlags {
  readonly config?: string;
  readonly supergraph?: string;
  readonly registry?: string;
  readonly graph?: string;
  readonly token?: string;
  readonly host?: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly workers?: number | 'auto';
  readonly wait?: true;
}

const examples = `
Examples:
  overlock serve                                                  ./overlock.yaml
  overlock serve --config production.yaml --host 0.0.0.0
  overlock serve --supergraph supergraph.graphql --port 4000      no configuration file needed
  overlock serve --registry http://registry:4100 --graph shop@production
  overlock serve --workers auto                                   one process for each processor
  overlock serve --supergraph https://cdn.example.com/shop.graphql --config overlock.yaml

What a flag says wins over the file. SIGHUP reads the configuration again; SIGTERM and SIGINT finish what is in flight
and end.
`;

/** `overlock serve`: runs the gateway. */
export function addServeCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('serve')
    .summary('run the gateway')
    .description('Run the gateway until it is told to end.')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml, when there is one)')
    .option('-s, --supergraph <file or url>', 'composed supergraph to run, in place of what the configuration says')
    .addOption(
      new Option('-r, --registry <url>', 'registry to follow (default: $OVERLOCK_REGISTRY)').conflicts('supergraph'),
    )
    .addOption(
      new Option('-g, --graph <name@variant>', 'what of it to follow, such as shop@production').conflicts('supergraph'),
    )
    .option('-t, --token <token>', 'token for it, with the role gateway (default: $OVERLOCK_TOKEN)')
    .option('--host <address>', 'address to listen on')
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one', parsePort)
    .option('--admin-port <number>', 'port for health and metrics', parsePort)
    .option('-w, --workers <number>', 'how many processes answer, or auto for one on each processor', parseWorkers)
    .option('--wait', 'when schemas cannot be had at start, try again until they can')
    .addHelpText('after', examples)
    .action(
      async ({ config, supergraph, registry, graph, token, host, port, adminPort, workers, wait }: ServeFlags) => {
        if (cluster.isWorker) {
          const { serveInWorker } = await import('./serve-in-worker.ts');
          end(await serveInWorker(terminal));
          return;
        }
        const { serve } = await import('./serve.ts');
        const overrides = {
          listen: { host, port, workers },
          admin: { port: adminPort },
          graph: { supergraph, registry: { url: registry, graph, token } },
        };
        end(await serve({ file: config, overrides, wait: wait === true }, terminal));
      },
    );
}
