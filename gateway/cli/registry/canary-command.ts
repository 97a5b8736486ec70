import type { Command } from 'commander';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, parseGraph, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock canary promote` and `overlock canary abort`. */
export interface CanaryEndFlags extends RegistryFlags {
  readonly message?: string;
}

const examples = `
Examples:
  overlock promote shop@production --from staging --canary 5%
  overlock canary status shop@production                    how it compares with the stable version, by operation
  overlock canary promote shop@production                   give it to all clients now
  overlock canary abort shop@production --message "..."     take it back from all

A canary is a version that gateways give to a share of the clients, always the same ones. It goes on from step to step by itself
as long as neither error rate nor 95th percentile of any operation is worse than on the stable version, and is taken back within
half a minute when one is.
`;

/** `overlock canary`: the version that a part of the clients tries. */
export function addCanaryCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const canary = program
    .command('canary')
    .summary('look after the version that a part of the clients tries')
    .description('Work with the canary of a graph: the version that gateways give to a part of the clients.')
    .addHelpText('after', examples);
  const add = (name: string, summary: string, description: string) =>
    addRegistryFlags(
      canary
        .command(name)
        .summary(summary)
        .description(description)
        .argument('[graph@variant]', 'such as shop@production (default: $OVERLOCK_GRAPH)', parseGraph)
        .addHelpText('after', examples),
    );
  add(
    'status',
    'print how it compares with the stable version',
    'Print how the canary compares with the stable version, by operation; or how the last one ended.',
  ).action(async (graph: GraphRef | undefined, flags: RegistryFlags) => {
    const { showCanary } = await import('./canary.ts');
    end(await showCanary({ ...flags, ...(graph && { graph }) }, terminal));
  });
  const endings = [
    ['promote', 'give it to all clients now', 'Make the canary the stable version now.'],
    [
      'abort',
      'take it back from all clients',
      'Take the canary back: a new version has the content of the stable one.',
    ],
  ] as const;
  for (const [name, summary, description] of endings) {
    add(name, summary, description)
      .option('-m, --message <text>', 'what there is to say about it, for the history')
      .action(async (graph: GraphRef | undefined, flags: CanaryEndFlags) => {
        const { endCanary } = await import('./canary.ts');
        end(await endCanary(name, { ...flags, ...(graph && { graph }) }, terminal));
      });
  }
}
