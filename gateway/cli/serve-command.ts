import type { Command } from 'commander';
import { parsePort } from './parse-port.ts';
import type { Terminal } from './terminal.ts';

interface ServeFlags {
  readonly config?: string;
  readonly supergraph?: string;
  readonly host?: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly wait?: true;
}

const examples = `
Examples:
  overlock serve                                                  ./overlock.yaml
  overlock serve --config production.yaml --host 0.0.0.0
  overlock serve --supergraph supergraph.graphql --port 4000      no configuration file needed
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
    .option('--host <address>', 'address to listen on')
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one', parsePort)
    .option('--admin-port <number>', 'port for health and metrics', parsePort)
    .option('--wait', 'when schemas cannot be had at start, try again until they can')
    .addHelpText('after', examples)
    .action(async ({ config, supergraph, host, port, adminPort, wait }: ServeFlags) => {
      const { serve } = await import('./serve.ts');
      const overrides = { listen: { host, port }, admin: { port: adminPort }, graph: { supergraph } };
      end(await serve({ file: config, overrides, wait: wait === true }, terminal));
    });
}
