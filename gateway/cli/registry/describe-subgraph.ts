import path from 'node:path';
import { z } from 'zod';
import { describeIssue, innermostIssues } from '../../config/describe-issue.ts';
import { graphSection, type SubgraphConfig } from '../../config/graph.ts';
import { createHttpText } from '../../supergraph/sources/http-text.ts';
import { readSubgraph } from '../../supergraph/sources/read-subgraph.ts';
import type { Terminal } from '../terminal.ts';
import { CommandLineError } from './command-line-error.ts';
import type { PublishedSubgraph } from './read-published-subgraph.ts';
import { readYaml } from './read-yaml.ts';
import type { SubgraphFlags } from './subgraph-flags.ts';

const schemaTimeoutMs = 10_000;
const section = z.object({ graph: graphSection });

/**
 * A subgraph as the registry takes it: its schema is read from where the flags say, as the gateway reads those of its
 * configuration. What the flags leave out is as it was published.
 * @throws Error that says what is wrong with the flags or cannot be read
 */
export async function describeSubgraph(
  name: string,
  flags: SubgraphFlags,
  published: PublishedSubgraph | undefined,
  { cwd }: Pick<Terminal, 'cwd'>,
) {
  const config = toConfig(name, await toSection(flags, published, cwd));
  const http = createHttpText({ timeoutMs: schemaTimeoutMs });
  try {
    const { name: _name, ...described } = await readSubgraph(name, config, http);
    return described;
  } finally {
    await http.close();
  }
}

/** The subgraph as a configuration describes it. */
async function toSection(flags: SubgraphFlags, published: PublishedSubgraph | undefined, cwd: string) {
  const { schema, url = published?.url, entities, maxConcurrency } = flags;
  const isDocument = schema !== undefined && /\.(ya?ml|json)$/i.test(schema);
  const kind = flags.kind ?? (isDocument ? 'rest' : (published?.kind ?? 'federation'));
  const former = kind === published?.kind ? published : undefined;
  const file = schema === undefined ? undefined : path.resolve(cwd, schema);
  const isOpenapi = kind === 'rest' && isDocument;
  if (url === undefined) throw new CommandLineError('It is not published yet: say where it answers with --url.');
  if (kind === 'rest' && file === undefined) {
    throw new CommandLineError(
      'A REST service has no schema to ask for: give its OpenAPI document, or SDL with @rest, with --schema.',
    );
  }
  return withoutUndefined({
    kind,
    url,
    [isOpenapi ? 'openapi' : 'schema']: file,
    entities: entities === undefined ? former?.entities : await readYaml(entities, { cwd }),
    maxConcurrency: maxConcurrency ?? former?.maxConcurrency,
  });
}

function toConfig(name: string, described: Readonly<Record<string, unknown>>): SubgraphConfig {
  const root = { graph: { subgraphs: { [name]: described } } };
  const { data, error } = section.safeParse(root);
  const config = data?.graph.subgraphs?.[name];
  if (config !== undefined) return config;
  const problems = (error?.issues ?? []).flatMap(innermostIssues).flatMap((issue) => describeIssue(issue, root));
  const told = problems.map(({ path, message }) => `${toFlag(path)} ${message.replace(/\.$/, '')}`);
  throw new CommandLineError(`${told.join('; ')}.`);
}

/** Where a person has said what stands at a path of the configuration. */
function toFlag([_graph, _subgraphs, name = '', key, ...rest]: readonly (string | number)[]): string {
  if (key === undefined) return `The name "${name}"`;
  const flag = key === 'maxConcurrency' ? '--max-concurrency' : key === 'openapi' ? '--schema' : `--${key}`;
  return rest.length === 0 ? flag : `${flag}: ${rest.join('.')}`;
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
