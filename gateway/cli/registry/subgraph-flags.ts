import { type Command, Option } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';

/** What describes a subgraph; what is left out is as it was published. */
export interface SubgraphFlags {
  readonly schema?: string;
  readonly url?: string;
  readonly kind?: 'federation' | 'graphql' | 'rest';
  readonly entities?: string;
  readonly maxConcurrency?: number;
}

/** Adds the flags that describe a subgraph. */
export function addSubgraphFlags(command: Command): Command {
  return command
    .option('-s, --schema <file>', 'SDL or OpenAPI file (default: the service at --url is asked for its schema)')
    .option('-u, --url <url>', 'where gateways reach it; the base URL for REST (default: as published)')
    .addOption(
      new Option('-k, --kind <kind>', 'what it is (default: as published; rest for an OpenAPI file)').choices([
        'federation',
        'graphql',
        'rest',
      ]),
    )
    .option('--entities <file or text>', 'for graphql: how its types are loaded by key, in YAML')
    .option('--max-concurrency <number>', 'for rest: most calls in flight for one operation', parseWholeNumber);
}
