import { type Command, InvalidArgumentError } from 'commander';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import { type NamedEntity, parseEntity } from './parse-entity.ts';
import type { Terminal } from './terminal.ts';

interface PurgeFlags extends AdminFlags {
  readonly tag?: readonly string[];
  readonly type?: readonly string[];
  readonly entity?: readonly NamedEntity[];
  readonly subgraph?: readonly string[];
  readonly all?: true;
}

const examples = `
Examples:
  overlock cache inspect                                   what is stored, and how often it is found
  overlock cache purge --tag product-4711                  by a name that @cacheTag, a rule or a backend gave
  overlock cache purge --entity Product:upc=4711           one entity, in all answers that show it
  overlock cache purge --entity 'Product:{"sku":"a","brand":"b"}'
  overlock cache purge --type Product --type Review        all that shows objects of these types
  overlock cache purge --subgraph products                 all that came from a subgraph
  overlock cache purge --all

What is taken away is fetched anew when it is asked for next, on all gateways that share the store within a second.
`;

/** `overlock cache`: what gateways store of answers. */
export function addCacheCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const cache = program
    .command('cache')
    .summary('look at what is stored of answers, and take it away')
    .description('Look at what gateways store of answers, and take away what is no longer true.')
    .addHelpText('after', examples);
  addAdminFlags(
    cache
      .command('inspect')
      .summary('print what is stored, and how often it is found')
      .description('Print what each process of a gateway stores, and how often it has found what was asked for.')
      .option('--json', 'print it as JSON')
      .addHelpText('after', examples),
  ).action(async ({ admin, token, json }: AdminFlags & { readonly json?: true }) => {
    const { inspectCache } = await import('./cache.ts');
    end(await inspectCache({ admin: { admin, token }, json: json === true }, terminal));
  });
  const purge = cache
    .command('purge')
    .summary('take away what is stored, by name')
    .description('Have all gateways that share a store forget what they store under a name.')
    .option('--tag <name>', 'under this name of the application', collect)
    .option('--type <name>', 'what shows objects of this type', collect)
    .option('--entity <Type:key=value>', 'what shows this entity', collectEntity)
    .option('--subgraph <name>', 'what this subgraph has answered', collect)
    .option('--all', 'everything')
    .addHelpText('after', examples);
  addAdminFlags(purge).action(async ({ admin, token, tag, type, entity, subgraph, all }: PurgeFlags) => {
    if ([tag, type, entity, subgraph, all].every((named) => named === undefined)) {
      return purge.error('error: Name what to take away: --tag, --type, --entity, --subgraph or --all.');
    }
    const { purgeCache } = await import('./cache.ts');
    const named = { tags: tag, types: type, entities: entity, subgraphs: subgraph, all };
    end(await purgeCache({ admin: { admin, token }, named }, terminal));
  });
}

function collect(name: string, former: readonly string[] = []): readonly string[] {
  return [...former, name];
}

function collectEntity(text: string, former: readonly NamedEntity[] = []): readonly NamedEntity[] {
  const entity = parseEntity(text);
  if (entity === undefined) throw new InvalidArgumentError('It must be such as Product:upc=1 or Product:{"upc":"1"}.');
  return [...former, entity];
}
