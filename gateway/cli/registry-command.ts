import { type Command, Option } from 'commander';
import { parsePort } from './parse-port.ts';
import { parseWholeNumber } from './parse-whole-number.ts';
import type { Terminal } from './terminal.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

interface PlaceFlags {
  readonly data: string;
  readonly database?: string;
  readonly signingKey?: string;
}

interface ServeFlags extends PlaceFlags {
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly denyPrivateUrls?: true;
  readonly keepUsage: number;
  readonly logLevel: (typeof logLevels)[number];
}

const examples = `
Examples:
  overlock registry serve                                        port 4100, data in ./registry
  overlock registry serve --host 0.0.0.0 --data /var/lib/overlock
  overlock registry serve --host 0.0.0.0 --tls-cert registry.pem --tls-key registry.key
  overlock registry serve --database postgres://registry@db/overlock
  overlock registry key --registry https://registry.example.com > registry.pem
  overlock registry key --data ./registry > registry.pem         the same of one that does not run

The first start prints the token of an admin, once; or set OVERLOCK_ADMIN_TOKEN to one of your own. OVERLOCK_DATABASE_URL
stands for --database. Of an authority of one's own, NODE_EXTRA_CA_CERTS tells commands and gateways the certificate. SIGTERM and SIGINT finish what is in flight and end.
`;

/** `overlock registry`: the service that teams publish to and gateways follow. */
export function addRegistryCommands(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const registry = program
    .command('registry')
    .summary('run the registry that teams publish to and gateways follow')
    .description('Run the registry: it composes, checks and keeps what teams publish, and gateways follow it.')
    .addHelpText('after', examples);
  withPlace(registry.command('serve'))
    .summary('run the registry')
    .description('Run the registry until it is told to end.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-p, --port <number>', 'port to listen on; 0 takes a free one', parsePort, 4100)
    .option('--tls-cert <file>', 'certificate in PEM, for TLS on the port; one that changes is used from then on')
    .option('--tls-key <file>', 'its private key in PEM')
    .option('--deny-private-urls', 'refuse subgraphs and webhooks whose URLs lead to private addresses')
    .option('--keep-usage <days>', 'how many days recorded usage is kept', parseWholeNumber, 180)
    .addOption(new Option('--log-level <level>', 'least level of the log').choices(logLevels).default('info'))
    .addHelpText('after', examples)
    .action(async ({ host, port, denyPrivateUrls, keepUsage, logLevel, ...flags }: ServeFlags, command: Command) => {
      const { serveRegistry } = await import('./registry-serve.ts');
      const options = { ...toPlace(flags), host, port, denyPrivateUrls: denyPrivateUrls === true, keepUsage, logLevel };
      end(await serveRegistry({ ...options, tls: toTls(flags, command) }, terminal));
    });
  withPlace(registry.command('key'))
    .option('-r, --registry <url>', 'ask the registry that runs there (default: $OVERLOCK_REGISTRY)')
    .summary('print the public key of the key that supergraphs are signed with')
    .description(
      'Print the public key, in PEM, of the key that supergraphs are signed with; make one if there is none. Give it to gateways by a safe way: of a registry that is asked over plain HTTP, anybody in between can say another one.',
    )
    .addHelpText('after', examples)
    .action(async ({ registry: url, ...place }: PlaceFlags & { readonly registry?: string }, command: Command) => {
      const isPlaced = ['data', 'database', 'signingKey'].some((flag) => command.getOptionValueSource(flag) === 'cli');
      const asked = url ?? (isPlaced ? undefined : terminal.env['OVERLOCK_REGISTRY']);
      const { printRegistryKey } = await import('./registry-key.ts');
      end(await printRegistryKey({ ...toPlace(place), registry: asked }, terminal));
    });
}

/** Adds the flags that say where a registry keeps what it knows. */
function withPlace(command: Command): Command {
  return command
    .option('-d, --data <directory>', 'directory of the embedded database', './registry')
    .option('--database <url>', 'PostgreSQL in its place, for several instances (default: $OVERLOCK_DATABASE_URL)')
    .option('--signing-key <file>', 'Ed25519 private key in PEM (default: one that the database keeps)');
}

function toTls({ tlsCert: cert, tlsKey: key }: Pick<ServeFlags, 'tlsCert' | 'tlsKey'>, command: Command) {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if ((cert ?? key) !== undefined) command.error('error: --tls-cert and --tls-key go together');
  return undefined;
}

function toPlace({ data, database, signingKey }: PlaceFlags) {
  return { data, database, signingKey };
}
