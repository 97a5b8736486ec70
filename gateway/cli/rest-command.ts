import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

interface ImportFlags {
  readonly name: string;
  readonly prefix?: string;
  readonly out?: string;
}

const examples = `
Examples:
  overlock rest import openapi.yaml --name inventory                           print the SDL
  overlock rest import openapi.json --name inventory --out inventory.graphql

Name the file in overlock.yaml as the schema of a subgraph of kind rest; edit it as you like.
`;

/** `overlock rest`: what belongs to REST subgraphs. */
export function addRestCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const rest = program.command('rest').summary('import OpenAPI documents').description('Work with REST subgraphs.');
  rest
    .command('import')
    .summary('turn an OpenAPI document into SDL with @rest directives')
    .description('Turn an OpenAPI 3 or Swagger 2 document, JSON or YAML, into federation SDL with @rest directives.')
    .argument('<document>', 'file of the OpenAPI document')
    .requiredOption('-n, --name <name>', 'name of the subgraph')
    .option('--prefix <name>', 'begin the names of types and root fields with it, when services have equal ones')
    .option('-o, --out <file>', 'write the SDL there')
    .addHelpText('after', examples)
    .action(async (document: string, { name, prefix, out }: ImportFlags) => {
      const { importRest } = await import('./rest-import.ts');
      end(await importRest({ document, name, prefix, out }, terminal));
    });
}
