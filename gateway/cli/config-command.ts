import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

const validateExamples = `
Examples:
  overlock config validate                        check ./overlock.yaml
  overlock config validate production.yaml
  overlock config validate --json | jq '.problems[].path'
`;

const schemaExamples = `
Examples:
  overlock config schema > overlock.schema.json   for the editor: # yaml-language-server: $schema=overlock.schema.json
`;

/** `overlock config`: what belongs to the configuration file. */
export function addConfigCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const config = program
    .command('config')
    .summary('check the configuration file, print its JSON Schema')
    .description('Work with the configuration file.');
  config
    .command('validate')
    .summary('check a configuration file')
    .description('Check a configuration file and tell everything that is wrong with it, each with its place.')
    .argument('[file]', 'configuration file (default: overlock.yaml or overlock.yml)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', validateExamples)
    .action(async (file: string | undefined, { json }: { readonly json?: true }) => {
      const { validateConfig } = await import('./config-validate.ts');
      end(await validateConfig({ file, json: json === true }, terminal));
    });
  config
    .command('schema')
    .summary('print the JSON Schema of the configuration file')
    .description('Print the JSON Schema of the configuration file, from which editors complete and check.')
    .addHelpText('after', schemaExamples)
    .action(async () => {
      const { configJsonSchemaText } = await import('../config/json-schema.ts');
      terminal.stdout.write(configJsonSchemaText());
    });
}
