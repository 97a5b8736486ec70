import { buildSchema, getOperationAST, parse } from 'graphql';
import { GatewayError } from '../../gateway/errors.ts';
import { createCompiledEngine } from '../../gateway/execute/compiled-engine.ts';
import type { Answer, Engine, EngineOptions } from '../../gateway/execute/engine.ts';
import type { SubgraphMessages } from '../../gateway/execute/field-error.ts';
import type { Operation } from '../../gateway/operation/operation.ts';
import { createStitchedEngine } from '../../gateway/stitch/stitched-engine.ts';
import type { Transport } from '../../gateway/transport/send.ts';
import { compose } from '../../schema/compose/compose.ts';
import type { TestSubgraph } from './federated-subgraph.ts';
import { createRecordingLogger, type LogLine } from './recording-logger.ts';

/** Subgraphs of this process, composed, with an engine over them. */
export interface TestGraph {
  readonly engine: Engine;
  readonly lines: readonly LogLine[];
  /** Fetches of this subgraph fail until it is taken out again. */
  readonly down: Set<string>;
  readonly run: (text: string, variables?: Record<string, unknown>) => Promise<Answer>;
}

/** The engines, for tests that hold for both. */
export const engines = { compiled: createCompiledEngine, stitched: createStitchedEngine } as const;

export type EngineName = keyof typeof engines;

export const engineNames = ['compiled', 'stitched'] as const satisfies readonly EngineName[];

export interface TestGraphOptions extends Pick<EngineOptions, 'defaults'> {
  readonly engine: EngineName;
  readonly subgraphMessages?: SubgraphMessages;
  readonly overrideLabels?: readonly string[];
}

/** Composes test subgraphs and puts an engine over them. */
export function createTestGraph(
  subgraphs: readonly TestSubgraph[],
  { engine: engineName, subgraphMessages = 'masked', overrideLabels = [], defaults = [] }: TestGraphOptions,
): TestGraph {
  const composition = compose(
    subgraphs.map(({ name, sdl }) => ({ kind: 'federation', name, url: `http://${name}.test/graphql`, sdl })),
  );
  if (composition.kind === 'failed') throw new Error(composition.problems.map(({ message }) => message).join('\n'));
  const { supergraph } = composition;
  const { log, lines } = createRecordingLogger();
  const down = new Set<string>();
  const engine = engines[engineName]({
    supergraph,
    publicSchema: buildSchema(supergraph.publicSdl),
    transportOf: (name) => withOutage(name, down, subgraphs),
    subgraphMessages,
    overrideLabels,
    defaults,
    log,
  });
  const run: TestGraph['run'] = (text, variables = {}) =>
    engine.execute({
      operation: toOperation(text),
      variables,
      client: { id: 'request-1', headers: new Map(), onSubgraphHeaders: undefined },
      signal: undefined,
    });
  return { engine, lines, down, run };
}

function withOutage(name: string, down: ReadonlySet<string>, subgraphs: readonly TestSubgraph[]): Transport {
  const transport = subgraphs.find((subgraph) => subgraph.name === name)?.transport;
  if (transport === undefined) throw new Error(`There is no subgraph ${name}.`);
  return {
    subscribe: transport.subscribe,
    async send(request) {
      if (!down.has(name)) return transport.send(request);
      throw new GatewayError('SUBGRAPH_UNREACHABLE', `The subgraph "${name}" could not be reached.`);
    },
  };
}

/** An operation as the reader would give it, without its checks. */
export function toOperation(text: string): Operation {
  const document = parse(text);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('The text must hold one operation.');
  return {
    kind: definition.operation,
    name: definition.name?.value,
    hash: '',
    document,
    definition,
    introspects: false,
    introspectionOnly: false,
  };
}
