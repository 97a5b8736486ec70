import { type Command, InvalidArgumentError, Option } from 'commander';
import { type GraphRef, parseGraphRef } from '../../../schema/feed/graph-ref.ts';
import type { RegistryPlace } from './registry-client.ts';

/** Flags of each command that asks a registry. */
export interface RegistryFlags extends RegistryPlace {
  readonly json?: true;
}

/** Flags of each command that asks about one variant. */
export interface GraphFlags extends RegistryFlags {
  /** Default: `OVERLOCK_GRAPH`. */
  readonly graph?: GraphRef;
}

const heading = 'Registry:';

/** Adds the flags that say where the registry is. */
export function addRegistryFlags(command: Command): Command {
  return command
    .option('--json', 'print what the registry answers, as JSON')
    .addOption(new Option('-r, --registry <url>', 'registry to ask (default: $OVERLOCK_REGISTRY)').helpGroup(heading))
    .addOption(new Option('-t, --token <token>', 'token to ask with (default: $OVERLOCK_TOKEN)').helpGroup(heading));
}

/** Adds the flags that say where the registry is, and of which variant something is asked. */
export function addGraphFlags(command: Command): Command {
  return addRegistryFlags(
    command.option('-g, --graph <graph@variant>', 'such as shop@production (default: $OVERLOCK_GRAPH)', parseGraph),
  );
}

/**
 * Reads `graph@variant`.
 * @throws InvalidArgumentError for anything else
 */
export function parseGraph(text: string): GraphRef {
  try {
    return parseGraphRef(text);
  } catch {
    throw new InvalidArgumentError('It must be a graph and its variant, such as shop@production.');
  }
}
