import { compileRules } from '../alerts/compile-rules.ts';
import { toPrometheusRules } from '../alerts/to-prometheus-rules.ts';
import { loadConfig } from '../config/load.ts';
import { exitCodes } from './exit-codes.ts';
import { printProblems } from './print-problems.ts';
import type { Terminal } from './terminal.ts';

/** Prints the alerts of a configuration as a rule file of Prometheus; resolves to the exit code. */
export async function printRules(
  { file }: { readonly file: string | undefined },
  { stdout, stderr, env, cwd }: Terminal,
): Promise<number> {
  const load = await loadConfig({ file, env, cwd });
  if (load.kind === 'misconfigured') {
    printProblems(load.problems, stderr);
    return exitCodes.failed;
  }
  const { alerts } = load.config;
  const rules = compileRules(alerts);
  if (rules.length === 0) stderr.write('There are no alerts. Set alerts.rules or alerts.slos.\n');
  stdout.write(toPrometheusRules(rules, alerts.every));
  return exitCodes.ok;
}
