import type { Command } from 'commander';
import type { GraphRef } from '../../../schema/feed/graph-ref.ts';
import { parseWholeNumber } from '../parse-whole-number.ts';
import { parseWords } from '../parse-word.ts';
import type { Terminal } from '../terminal.ts';
import { addRegistryFlags, parseGraph, type RegistryFlags } from './registry-flags.ts';

/** All flags of `overlock variants set`. */
export interface VariantFlags extends RegistryFlags {
  readonly approvals?: number;
  readonly refuseBreaking?: boolean;
  readonly usageDays?: number;
  readonly checks?: string;
  readonly canaryRules?: string;
  readonly contractOf?: string;
  /** False to be none any more. */
  readonly contract: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly hideUnreachable?: boolean;
}

const examples = `
Examples:
  overlock variants set shop@staging                                             make a variant, before anything is published
  overlock variants set shop@production --approvals 2 --refuse-breaking
  overlock variants set shop@production --usage-days 90
  overlock variants set shop@public --contract-of production --include public --exclude internal
  overlock variants set shop@staging --checks '{ usesMin: 10, ignoredClients: ["e2e-*"], lint: { naming-convention: error } }'
  overlock variants set shop@production --canary-rules '{ errorMargin: 0.02, slowRatio: 2 }'
  overlock variants show shop@production

What no flag names stays as it is. A contract is a variant that nobody publishes to: it has what is left of another variant
when all that @tag does not let through is taken out. Only an admin may set anything.
`;

/** `overlock variants`: the rules of a variant, and contracts. */
export function addVariantsCommand(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const variants = program
    .command('variants')
    .summary('make variants and contracts, and set what they ask of changes')
    .description('Work with the variants of graphs in a registry: what they ask of changes, and contracts.')
    .addHelpText('after', examples);
  const show = variants
    .command('show')
    .summary('print what is set')
    .description('Print what a variant asks of changes, and what it filters if it is a contract.')
    .argument('<graph@variant>', 'such as shop@production', parseGraph)
    .addHelpText('after', examples);
  addRegistryFlags(show).action(async (graph: GraphRef, flags: RegistryFlags) => {
    const { showVariant } = await import('./variants.ts');
    end(await showVariant({ ...flags, graph }, terminal));
  });
  const set = variants
    .command('set')
    .summary('make a variant, or change what is set')
    .description('Make a variant of a graph, or change what it asks of changes.')
    .argument('<graph@variant>', 'such as shop@production', parseGraph)
    .option('--approvals <number>', 'how many others must approve a breaking change', parseWholeNumber)
    .option('--refuse-breaking', 'refuse to publish what breaks clients that are really there')
    .option('--no-refuse-breaking', 'publish it all the same; checks still fail')
    .option('--usage-days <days>', 'how far back recorded usage counts', parseWholeNumber)
    .option('--checks <file or text>', 'how strict checks are, in YAML: usesMin, ignoredClients, planLimits, lint ...')
    .option(
      '--canary-rules <file or text>',
      'when a canary is worse, in YAML: errorMargin, slowRatio, slowMarginMs ...',
    )
    .option('--contract-of <variant>', 'make it a contract that filters this variant of the same graph')
    .option('--no-contract', 'make a variant of its own of a contract')
    .option('--include <tag...>', 'for a contract: only what has one of these tags', parseWords)
    .option('--exclude <tag...>', 'for a contract: nothing that has one of these tags', parseWords)
    .option('--hide-unreachable', 'for a contract: leave types out that no operation can reach (default)')
    .option('--no-hide-unreachable', 'for a contract: keep them')
    .addHelpText('after', examples);
  addRegistryFlags(set).action(async (graph: GraphRef, flags: VariantFlags) => {
    const { setVariant } = await import('./variants.ts');
    end(await setVariant({ ...flags, graph }, terminal));
  });
}
