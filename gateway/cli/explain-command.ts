import { type Command, Option } from 'commander';
import type { Terminal } from './terminal.ts';

interface ExplainFlags {
  readonly query: string;
  readonly variables?: string;
  readonly operation?: string;
  readonly token?: string;
  readonly tokenClaims?: string;
  readonly scopes?: string;
  readonly roles?: string;
  readonly clientName?: string;
  readonly config?: string;
  readonly supergraph?: string;
  readonly json?: true;
}

const examples = `
Examples:
  overlock explain --query me.graphql                             as nobody in particular
  overlock explain --query me.graphql --scopes user:read,pii --roles admin
  overlock explain --query me.graphql --token "$TOKEN"             as who it names; its signature is not verified
  overlock explain --query me.graphql --token-claims claims.json --json | jq '.[] | select(.allowed | not)'

Exit code 1 when something is denied.
`;

/** `overlock explain`: who may run an operation, and why not. */
export function addExplainCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('explain')
    .summary('print what of an operation is allowed, and by which rule')
    .description(
      'Print for each guarded path of an operation what it demands, whether an identity has it, and which subgraphs or which rule of the configuration say so.',
    )
    .requiredOption('-q, --query <file>', 'file of the GraphQL document')
    .option('-v, --variables <file>', 'JSON file of the variables')
    .option('-n, --operation <name>', 'operation to take, when the document has several')
    .option('--token <jwt>', 'JSON Web Token whose claims count; it is not verified')
    .addOption(
      new Option('--token-claims <file>', 'JSON file of the claims of a token; they are not verified').conflicts(
        'token',
      ),
    )
    .addOption(new Option('--scopes <names>', 'scopes, separated by commas').conflicts(['token', 'tokenClaims']))
    .addOption(new Option('--roles <names>', 'roles, separated by commas').conflicts(['token', 'tokenClaims']))
    .option('--client-name <name>', 'name that the client states')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml, when there is one)')
    .option('-s, --supergraph <file or url>', 'composed supergraph, in place of what the configuration says')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', examples)
    .action(async ({ config, clientName, json, ...flags }: ExplainFlags) => {
      const { explainOperation } = await import('./explain.ts');
      const { query: document, variables, operation, token, tokenClaims, scopes, roles, supergraph } = flags;
      const options = { document, variables, operation, token, tokenClaims, scopes, roles, supergraph };
      end(await explainOperation({ ...options, clientName, file: config, json: json === true }, terminal));
    });
}
