import { type Command, Option } from 'commander';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, parseGraph, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock canary promote` and `overlock canary abort`. */
export interface CanaryEndFlags extends RegistryFlags {
  readonly message?: string;
}

/** Flags that say whether a version of a graph is meant, or a group of endpoints of a subgraph. */
interface SubjectFlags extends CanaryEndFlags {
  /** `true` for all of them. */
  readonly subgraph?: string | true;
  readonly admin?: string;
}

const examples = `
Examples:
  overlock promote shop@production --from staging --canary 5%
  overlock canary status shop@production                    how it compares with the stable version, by operation
  overlock canary promote shop@production                   give it to all clients now
  overlock canary abort shop@production --message "..."     take it back from all
  overlock canary start --subgraph products                 give calls of a subgraph to its canary group, step by step
  overlock canary status --subgraph products                how that group compares with the stable one
  overlock canary status --subgraph                         the same for all subgraphs that have one
  overlock canary abort --subgraph products -m "leaks"      give all calls back to the stable group

A canary of a graph is a version that gateways give to a share of the clients, always the same ones; the registry looks after it.
A canary of a subgraph is a group of its endpoints that gets a share of the calls, as traffic.subgraphs.<name>.canary says; gateways
look after it, and all that share the store of the one that is told take a change within a second.
Either goes on from step to step by itself as long as neither error rate nor 95th percentile is worse than what it is compared with,
and is taken back within half a minute when one is.
`;

const none = 'error: Name the subgraph: --subgraph products.';

/** `overlock canary`: the version, or the group of endpoints, that is tried with a part of what clients ask. */
export function addCanaryCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const canary = program
    .command('canary')
    .summary('look after what is tried with a part of the requests')
    .description('Work with what is tried: a version of a graph, or a group of endpoints of a subgraph.')
    .addHelpText('after', examples);
  const add = (name: string, summary: string, description: string) =>
    addSubgraphFlags(
      addRegistryFlags(
        canary
          .command(name)
          .summary(summary)
          .description(description)
          .argument('[graph@variant]', 'such as shop@production (default: $OVERLOCK_GRAPH)', parseGraph)
          .addHelpText('after', examples),
      ),
    );
  const status = add(
    'status',
    'print how it compares with what is stable',
    'Print how the canary compares with what is stable; or how the last one ended.',
  );
  status.action(async (graph: GraphRef | undefined, flags: SubjectFlags) => {
    if (flags.subgraph !== undefined) {
      assertOneSubject(status, graph, flags);
      const { showBackendCanaries } = await import('../backend-canary.ts');
      const subgraph = flags.subgraph === true ? undefined : flags.subgraph;
      return end(await showBackendCanaries({ ...toAdmin(flags), subgraph }, terminal));
    }
    const { showCanary } = await import('./canary.ts');
    end(await showCanary({ ...flags, ...(graph && { graph }) }, terminal));
  });
  const endings = [
    ['promote', 'give it to all now', 'Make the canary the stable version, or give all calls to the group, now.'],
    [
      'abort',
      'take it back from all',
      'Take the canary back: a new version has the content of the stable one, or the stable group gets all calls.',
    ],
  ] as const;
  for (const [name, summary, description] of endings) {
    const ending = add(name, summary, description).option(
      '-m, --message <text>',
      'what there is to say about it, for the history',
    );
    ending.action(async (graph: GraphRef | undefined, flags: SubjectFlags) => {
      if (flags.subgraph !== undefined) return end(await tell(ending, name, graph, flags, terminal));
      const { endCanary } = await import('./canary.ts');
      end(await endCanary(name, { ...flags, ...(graph && { graph }) }, terminal));
    });
  }
  const start = addSubgraphFlags(
    canary
      .command('start')
      .summary('begin with a group of endpoints of a subgraph')
      .description(
        'Begin to give calls of a subgraph to its canary group. A version of a graph begins with overlock promote --canary.',
      )
      .option('--json', 'print what the gateway answers, as JSON')
      .option('-t, --token <token>', "the gateway's admin.token (default: $OVERLOCK_ADMIN_TOKEN)")
      .addHelpText('after', examples),
  );
  start.action(async (flags: SubjectFlags) => end(await tell(start, 'start', undefined, flags, terminal)));
}

const heading = 'Gateway, with --subgraph:';

function addSubgraphFlags(command: Command): Command {
  return command
    .addOption(new Option('--subgraph [name]', 'the canary group of this subgraph').helpGroup(heading))
    .addOption(
      new Option(
        '--admin <url>',
        'admin port of a gateway (default: $OVERLOCK_ADMIN, or http://127.0.0.1:9464); --token is its admin.token then, by default $OVERLOCK_ADMIN_TOKEN',
      ).helpGroup(heading),
    );
}

async function tell(
  command: Command,
  what: 'start' | 'promote' | 'abort',
  graph: GraphRef | undefined,
  flags: SubjectFlags,
  terminal: Terminal,
): Promise<number> {
  const { subgraph, message: reason } = flags;
  if (typeof subgraph !== 'string') return command.error(none);
  assertOneSubject(command, graph, flags);
  const { tellBackendCanary } = await import('../backend-canary.ts');
  return await tellBackendCanary(what, { ...toAdmin(flags), subgraph, reason }, terminal);
}

function assertOneSubject(command: Command, graph: GraphRef | undefined, { registry }: SubjectFlags): void {
  if (graph === undefined && registry === undefined) return;
  command.error('error: Name a graph or a --subgraph: the one is asked of a registry, the other of a gateway.');
}

function toAdmin({ admin, token, json }: SubjectFlags) {
  return { admin: { admin, token }, json: json === true };
}
