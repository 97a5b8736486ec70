import { type Composition, compose } from '../../../schema/compose/compose.ts';
import type { Subgraph } from '../../../schema/subgraph/subgraph.ts';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import type { SubgraphConfig } from '../../config/graph.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createHttpText } from './http-text.ts';
import { readSubgraph } from './read-subgraph.ts';
import type { SourceOutcome, SupergraphSource } from './source.ts';

type SubgraphConfigs = Readonly<Record<string, SubgraphConfig>>;

/**
 * Composes the subgraphs of the configuration. A live service that cannot be asked any more keeps the schema that it
 * had; one that never could be asked is a problem.
 */
export function createSubgraphsSource(subgraphs: SubgraphConfigs, timeoutMs: number, log: Logger): SupergraphSource {
  const http = createHttpText({ timeoutMs });
  const lastRead = new Map<string, Subgraph>();
  let lastInput = '';
  let lastComposition: Composition | undefined;

  const read = async (name: string, config: SubgraphConfig): Promise<Subgraph | Problem> => {
    try {
      const subgraph = await readSubgraph(name, config, http);
      lastRead.set(name, subgraph);
      return subgraph;
    } catch (error) {
      const message = `The schema of the subgraph "${name}" cannot be had. ${error instanceof Error ? error.message : ''}`;
      const last = lastRead.get(name);
      if (last === undefined) return { code: 'SCHEMA_UNAVAILABLE', message, subgraph: name, coordinate: undefined };
      log.warn(`${message} Its last schema stays.`, { subgraph: name });
      return last;
    }
  };

  /** Composing hundreds of subgraphs takes seconds, and most polls bring what is known already. */
  const composeChanged = (read: readonly Subgraph[]): Composition => {
    const input = JSON.stringify(read);
    if (lastComposition === undefined || input !== lastInput) lastComposition = compose(read);
    lastInput = input;
    return lastComposition;
  };

  return {
    async load(): Promise<SourceOutcome> {
      const outcomes = await Promise.all(Object.entries(subgraphs).map(([name, config]) => read(name, config)));
      const problems = outcomes.filter((outcome) => 'code' in outcome);
      if (problems.length > 0) return { kind: 'failed', problems };
      const described = outcomes.filter((outcome) => 'kind' in outcome);
      const composition = composeChanged(described);
      return composition.kind === 'composed'
        ? { kind: 'supergraph', supergraph: composition.supergraph, subgraphs: described }
        : { kind: 'failed', problems: composition.problems };
    },
    files: Object.values(subgraphs).flatMap(filesOf),
    live: Object.values(subgraphs).some((config) => filesOf(config).length === 0),
    close: http.close,
  };
}

function filesOf(config: SubgraphConfig): readonly string[] {
  const files = [config.schema, config.kind === 'rest' ? config.openapi : undefined];
  return files.filter((file) => file !== undefined);
}
