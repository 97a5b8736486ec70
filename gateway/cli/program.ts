import { Command, CommanderError } from 'commander';
import { version } from '../lib/version.ts';
import { addAccessCommand } from './access-command.ts';
import { addAlertsCommand } from './alerts-command.ts';
import { addBlockCommands } from './block-command.ts';
import { addCacheCommand } from './cache-command.ts';
import { addComposeCommand } from './compose-command.ts';
import { addConfigCommand } from './config-command.ts';
import { addCostCommand } from './cost-command.ts';
import { exitCodes } from './exit-codes.ts';
import { addExplainCommand } from './explain-command.ts';
import { addKeysCommand } from './keys-command.ts';
import { addLogCommands } from './log-command.ts';
import { addPlanCommand } from './plan-command.ts';
import { addProfileCommand } from './profile-command.ts';
import { addApproveCommand } from './registry/approve-command.ts';
import { addAuditCommand } from './registry/audit-command.ts';
import { addCanaryCommand } from './registry/canary-command.ts';
import { addCheckCommand } from './registry/check-command.ts';
import { addChecksCommand } from './registry/checks-command.ts';
import { addDeprecationsCommand } from './registry/deprecations-command.ts';
import { addDiffCommand } from './registry/diff-command.ts';
import { addGraphsCommand } from './registry/graphs-command.ts';
import { addHistoryCommand } from './registry/history-command.ts';
import { addOwnersCommand } from './registry/owners-command.ts';
import { addPromoteCommand } from './registry/promote-command.ts';
import { addPublishCommand } from './registry/publish-command.ts';
import { addRollbackCommand } from './registry/rollback-command.ts';
import { addShowCommand } from './registry/show-command.ts';
import { addSubgraphsCommand } from './registry/subgraphs-command.ts';
import { addTokensCommand } from './registry/tokens-command.ts';
import { addUnpublishCommand } from './registry/unpublish-command.ts';
import { addUsesCommand } from './registry/uses-command.ts';
import { addVariantsCommand } from './registry/variants-command.ts';
import { addWebhooksCommand } from './registry/webhooks-command.ts';
import { addRegistryCommands } from './registry-command.ts';
import { addRestCommand } from './rest-command.ts';
import { addRevokeCommands } from './revoke-command.ts';
import { addServeCommand } from './serve-command.ts';
import type { Terminal } from './terminal.ts';
import { addTopCommand } from './top-command.ts';
import { addUsageCommand } from './usage-command.ts';

const examples = `
Examples:
  overlock serve                                       run the gateway of ./overlock.yaml
  overlock serve --supergraph supergraph.graphql       run a supergraph that was composed elsewhere
  overlock config validate                             check ./overlock.yaml
  overlock compose --out supergraph.graphql            compose the subgraphs of ./overlock.yaml
  overlock cost search.graphql                         print what an operation costs, by field
  overlock plan search.graphql                         print which subgraphs are asked for what, and when
  overlock explain --query me.graphql                  print what of it is allowed, and by which rule
  overlock access matrix -r roles.yaml -d operations/  write which role may run which operation
  overlock rest import openapi.yaml --name inventory   turn an OpenAPI document into a subgraph
  overlock keys create --client shop-web               create an API key
  overlock revoke --subject ada --for 1d               take credentials back before their end
  overlock block --client shop-ios --reason "..."       refuse a client for an hour
  overlock usage --client shop-web                     print what a client has used of its quotas
  overlock alerts list                                 print which alerts fire
  overlock cache purge --entity Product:upc=1          forget what is stored of an entity
  overlock top                                         watch what a running gateway does
  overlock profile cpu --seconds 10                    see where the time of a running gateway goes
  overlock registry serve                              run the registry that teams publish to
  overlock check reviews --schema reviews.graphql      tell in CI whom a change of a schema would break
  overlock publish reviews --schema reviews.graphql    publish it: gateways use it within two seconds
  overlock canary status shop@production               compare the version that some clients try
  overlock rollback shop@production --to 41            bring an old version back

Exit codes: 0 all is well; 1 the answer is no, such as a configuration with problems; 2 a wrong command line.
`;

type AddCommand = (program: Command, terminal: Terminal, end: (exitCode: number) => void) => void;

/** All commands, as the help lists them: by whom they talk to. */
const groups: readonly { readonly heading: string; readonly commands: readonly AddCommand[] }[] = [
  { heading: 'Run a gateway:', commands: [addServeCommand, addConfigCommand, addComposeCommand, addRestCommand] },
  {
    heading: 'Look at operations:',
    commands: [addPlanCommand, addCostCommand, addExplainCommand, addAccessCommand],
  },
  {
    heading: 'Tell running gateways, at their admin port (--admin):',
    commands: [
      addKeysCommand,
      addRevokeCommands,
      addBlockCommands,
      addLogCommands,
      addUsageCommand,
      addAlertsCommand,
      addCacheCommand,
      addTopCommand,
      addProfileCommand,
    ],
  },
  {
    heading: "Publish a team's schema, at a registry (--registry):",
    commands: [
      addCheckCommand,
      addPublishCommand,
      addUnpublishCommand,
      addSubgraphsCommand,
      addShowCommand,
      addHistoryCommand,
      addDiffCommand,
      addChecksCommand,
      addApproveCommand,
      addUsesCommand,
      addDeprecationsCommand,
    ],
  },
  {
    heading: 'Run a registry, and decide what is in it (--registry):',
    commands: [
      addRegistryCommands,
      addGraphsCommand,
      addVariantsCommand,
      addPromoteCommand,
      addCanaryCommand,
      addRollbackCommand,
      addOwnersCommand,
      addTokensCommand,
      addWebhooksCommand,
      addAuditCommand,
    ],
  },
];

/** Runs one command line, without the program's name, and resolves to the exit code once the command has ended. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { colors, write } = terminal.stderr;
    write(`${colors.red('error:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.failed;
  }
}

/** All commands. `end` is told the exit code of the command that ran. */
function createProgram(terminal: Terminal, end: (exitCode: number) => void): Command {
  const { stdout, stderr } = terminal;
  const program = new Command('overlock')
    .description('A GraphQL federation gateway: GraphQL services and REST backends behind one guarded endpoint.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    // `--version` of a command is not the program's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: stdout.write,
      writeErr: stderr.write,
      getOutHasColors: () => stdout.colors.isColorSupported,
      getErrHasColors: () => stderr.colors.isColorSupported,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      outputError: (text, write) => write(withoutTokens(text).replace(/^error:/, stderr.colors.red('error:'))),
    })
    .configureHelp({ styleTitle: stdout.colors.bold, styleCommandText: stdout.colors.cyan })
    .showHelpAfterError('Add --help to see what is possible.');
  for (const { heading, commands } of groups) {
    program.commandsGroup(heading);
    for (const add of commands) add(program, terminal, end);
  }
  return program;
}

/** What was typed wrong is repeated to who typed it, and into the log of a build. */
function withoutTokens(text: string): string {
  return text.replace(/(unknown option '[^'=]*=)[^']*/, '$1...').replace(/ovl_[\w-]+/g, 'ovl_...');
}
