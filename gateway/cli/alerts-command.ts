import type { Command } from 'commander';
import type { AdminFlags } from './admin-client.ts';
import { addAdminFlags } from './admin-flags.ts';
import type { Terminal } from './terminal.ts';

const examples = `
Examples:
  overlock alerts list                                 what fires at a running gateway, and what soon may
  overlock alerts list --json | jq '.alerts[].name'
  overlock alerts rules --prometheus > overlock-rules.yaml
  promtool check rules overlock-rules.yaml

A gateway looks at its own requests only. Have Prometheus evaluate the same rules where alerts are to be about several gateways
together, and leave alerts.notify empty.
`;

interface RulesFlags {
  readonly prometheus?: true;
  readonly config?: string;
}

/** `overlock alerts`: what fires, and the rules for Prometheus. */
export function addAlertsCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const alerts = program
    .command('alerts')
    .summary('list alerts, and export their rules to Prometheus')
    .description('List the alerts of a running gateway, or write the rules of a configuration for Prometheus.')
    .addHelpText('after', examples);
  addAdminFlags(
    alerts
      .command('list')
      .summary('list the alerts that fire, and those that soon may')
      .description('List the alerts of a running gateway that fire, and those that have not been so for long enough.')
      .option('--json', 'print them as JSON'),
  ).action(async ({ admin, token, json }: AdminFlags & { readonly json?: true }) => {
    const { listAlerts } = await import('./alerts.ts');
    end(await listAlerts({ admin: { admin, token }, json: json === true }, terminal));
  });
  const rules = alerts
    .command('rules')
    .summary('write the rules of a configuration for Prometheus')
    .description('Write the rules and objectives in "alerts" of a configuration as a rule file of Prometheus.')
    .option('--prometheus', 'as a rule file of Prometheus')
    .option('-c, --config <file>', 'configuration file (default: overlock.yaml or overlock.yml)')
    .action(async ({ prometheus, config }: RulesFlags) => {
      if (prometheus !== true) return rules.error('error: Say what the rules are for: --prometheus.');
      const { printRules } = await import('./alert-rules.ts');
      end(await printRules({ file: config }, terminal));
    });
}
