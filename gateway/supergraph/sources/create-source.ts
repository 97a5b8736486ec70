import { readFile } from 'node:fs/promises';
import type { Problem } from '../../../schema/supergraph/problem.ts';
import { readSupergraph } from '../../../schema/supergraph/read.ts';
import { SupergraphError } from '../../../schema/supergraph/supergraph-error.ts';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';
import type { GraphConfig } from '../../config/graph.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { noTelemetry } from '../../telemetry/no-telemetry.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { createHttpText } from './http-text.ts';
import { RegistrySource } from './registry-source.ts';
import type { SourceOutcome, SupergraphSource } from './source.ts';
import { createSubgraphsSource } from './subgraphs-source.ts';

/** The source that the configuration's `graph` section names. */
export function createSource(
  graph: GraphConfig,
  log: Logger,
  telemetry: Omit<Telemetry, 'log'> = noTelemetry,
): SupergraphSource {
  const { registry, poll, schemaTimeout } = graph;
  if (registry !== undefined)
    return new RegistrySource({ registry, poll, schemaTimeout, telemetry: { ...telemetry, log } });
  if (graph.subgraphs !== undefined) return createSubgraphsSource(graph.subgraphs, graph.schemaTimeout, log);
  const place = graph.supergraph ?? '';
  const http = createHttpText({ timeoutMs: graph.schemaTimeout });
  const live = /^https?:\/\//.test(place);
  return {
    load: () =>
      loadSupergraph(live ? toShownUrl(place) : place, () =>
        live ? http.read({ url: place }) : readFile(place, 'utf8'),
      ),
    files: live ? [] : [place],
    live,
    close: http.close,
  };
}

async function loadSupergraph(place: string, read: () => Promise<string>): Promise<SourceOutcome> {
  let sdl: string;
  try {
    sdl = await read();
  } catch (error) {
    const message = `The supergraph cannot be read from ${place}: ${error instanceof Error ? error.message : 'it failed'}.`;
    const problem: Problem = { code: 'SUPERGRAPH_UNAVAILABLE', message, subgraph: undefined, coordinate: undefined };
    return { kind: 'failed', problems: [problem] };
  }
  try {
    return { kind: 'supergraph', supergraph: readSupergraph(sdl) };
  } catch (error) {
    if (error instanceof SupergraphError) return { kind: 'failed', problems: error.problems };
    throw error;
  }
}
