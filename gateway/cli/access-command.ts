import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

interface MatrixFlags {
  readonly roles: string;
  readonly operations: string;
  readonly out?: string;
  readonly check?: true;
  readonly config?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

const examples = `
Examples:
  overlock access matrix --roles roles.yaml --operations operations/                          print it
  overlock access matrix --roles roles.yaml --operations operations/ --out access-matrix.md   write it
  overlock access matrix --roles roles.yaml --operations operations/ --check                  compare it, in CI

roles.yaml names roles, each by what its token holds:
  visitor: anonymous
  customer: { scopes: [orders:read] }
  support: { roles: [support], claims: { org: acme }, client: back-office }

Variables are read from me.variables.json beside me.graphql. Others are taken for unknown: a rule that needs one denies.

Exit code 1 when, with --check, the file differs or is missing.
`;

/** `overlock access`: what roles may do. */
export function addAccessCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('access')
    .description('Tell what roles may do.')
    .command('matrix')
    .summary('write which role may run which operation')
    .description('Write for each role and each operation whether it is allowed, and what is denied by which rule.')
    .requiredOption('-r, --roles <file>', 'YAML file of the roles')
    .requiredOption('-d, --operations <folder>', 'folder of .graphql files')
    .option('-o, --out <file>', 'Markdown file to write, or to compare with (default with --check: access-matrix.md)')
    .option('--check', 'compare with the file in place of writing it')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml, when there is one)')
    .option('-s, --supergraph <file or url>', 'composed supergraph, in place of what the configuration says')
    .addOption(new Option('--json', 'write JSON in place of Markdown').conflicts('check'))
    .addHelpText('after', examples)
    .action(async ({ config, check, json, roles, operations, out, supergraph }: MatrixFlags) => {
      const { writeAccessMatrix } = await import('./access.ts');
      const options = { roles, operations, out, supergraph, file: config };
      end(await writeAccessMatrix({ ...options, check: check === true, json: json === true }, terminal));
    });
}
