import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  subscribe,
} from 'graphql';
import { toClientErrors } from '../execute/client-errors.ts';
import { DegradedPaths } from '../execute/degraded-paths.ts';
import type { Answer, Engine, EngineOptions } from '../execute/engine.ts';
import { joinAnswers, type SplitOperation, splitIntrospection, splitRootFields } from '../execute/introspection.ts';
import { mapAsyncIterable } from '../lib/map-async-iterable.ts';
import type { Operation } from '../operation/operation.ts';
import type { Transport } from '../transport/send.ts';
import { readGraphNames } from './graph-names.ts';
import { withInterfaceObjects } from './interface-object-transport.ts';
import { expandInterfaceObjects } from './interface-objects.ts';
import { readKeyFields } from './key-fields.ts';
import { withClientKeys, withSafeKeys, withSafeNames } from './safe-keys.ts';
import { createStitchedSchema } from './stitched-schema.ts';
import { createSubgraphExecutor, type StitchContext } from './subgraph-executor.ts';

export type StitchedEngineOptions = EngineOptions;

/** The engine that delegates with `@graphql-tools/stitch`: complete rather than fast, and the yardstick for faster ones. */
export function createStitchedEngine(options: StitchedEngineOptions): Engine {
  const { supergraph, publicSchema, transportOf, subgraphMessages, overrideLabels = [], log } = options;
  const { document, interfaceObjects } = expandInterfaceObjects(parse(supergraph.sdl, { noLocation: true }));
  const names = readGraphNames(document);
  const keyFields = readKeyFields(document);
  const nameOf = (graph: string) => names.get(graph) ?? graph;
  const transportIn = (graph: string): Transport => {
    const own = interfaceObjects.filter((one) => one.graph === graph);
    const transport = transportOf(nameOf(graph));
    if (own.length === 0) return transport;
    return withInterfaceObjects(
      transport,
      own.map(({ teller, ...one }) => {
        if (teller === undefined) return { ...one, teller };
        const subgraph = nameOf(teller);
        return { ...one, teller: { subgraph, send: transportOf(subgraph).send } };
      }),
    );
  };
  const executorOf = (graph: string, ownSchema: GraphQLSchema) =>
    createSubgraphExecutor({
      subgraph: nameOf(graph),
      schema: ownSchema,
      transport: transportIn(graph),
      messages: subgraphMessages,
    });
  const schema = createStitchedSchema(document, executorOf, overrideLabels);
  const prepared = new WeakMap<Operation, PreparedOperation>();
  const finish = (result: ExecutionResult, { renamed }: PreparedOperation, context: StitchContext) => {
    const { errors } = result;
    const clean = errors === undefined ? result : { ...result, errors: toClientErrors(errors, log, context.client.id) };
    return tellStale(renamed ? withClientKeys(clean) : clean, context);
  };

  return {
    async execute(given): Promise<Answer> {
      const request: StitchContext = { ...given, seen: { stale: false } };
      const { operation } = request;
      const ready = prepared.get(operation) ?? prepare(operation, keyFields);
      prepared.set(operation, ready);
      if (operation.kind === 'subscription') {
        const events = await subscribe(toArguments(schema, ready.document, request));
        return Symbol.asyncIterator in events
          ? mapAsyncIterable(events, (event) => finish(event, ready, request))
          : finish(events, ready, request);
      }
      if (operation.kind === 'mutation') {
        return finish(await executeInSeries(schema, ready.steps, request), ready, request);
      }
      const { split } = ready;
      const [introspection, data] = await Promise.all([
        split.introspection && execute(toArguments(publicSchema, split.introspection, request)),
        split.data && execute(toArguments(schema, split.data, request)),
      ]);
      return finish(joinAnswers(split, introspection, data, request.variables), ready, request);
    },
  };
}

/** What can be worked out once for an operation. */
interface PreparedOperation {
  readonly document: DocumentNode;
  readonly split: SplitOperation;
  /** The root fields of a mutation, each as an operation of its own. */
  readonly steps: readonly DocumentNode[];
  /** Whether `document` has other response keys than the client asked for. */
  readonly renamed: boolean;
}

function prepare(operation: Operation, keyFields: ReadonlySet<string>): PreparedOperation {
  const document = withSafeKeys(operation.document, keyFields);
  const renamed = document !== operation.document;
  const definition = getOperationAST(document, operation.name) ?? operation.definition;
  const safe = { ...operation, document, definition };
  const steps = operation.kind === 'mutation' ? splitRootFields(safe) : [];
  return { document, renamed, split: splitIntrospection(safe), steps };
}

/** Each field sees what those before it did: what was loaded for them is forgotten. */
async function executeInSeries(
  schema: GraphQLSchema,
  steps: readonly DocumentNode[],
  request: StitchContext,
): Promise<ExecutionResult> {
  const data: Record<string, unknown> = Object.create(null);
  const errors: GraphQLError[] = [];
  for (const step of steps) {
    const result = await execute(toArguments(schema, step, withoutLoads(request)));
    errors.push(...(result.errors ?? []));
    if (!result.data) return { data: null, errors };
    Object.assign(data, result.data);
  }
  return errors.length === 0 ? { data } : { data, errors };
}

/** Loads are kept by the identity of the request, those of REST services by that of its client. */
function withoutLoads(request: StitchContext): StitchContext {
  return { ...request, client: { ...request.client } };
}

/** Where graphql-tools puts what it fetched is not known: it may be anywhere in the answer. */
function tellStale(answer: ExecutionResult, { seen }: StitchContext): ExecutionResult {
  if (!seen.stale) return answer;
  // The next event of a subscription may be another one.
  seen.stale = false;
  const degraded = new DegradedPaths();
  degraded.add([], 'stale');
  return degraded.tellIn(answer);
}

function toArguments(schema: GraphQLSchema, document: DocumentNode, request: StitchContext) {
  return {
    schema,
    document,
    contextValue: request,
    variableValues: withSafeNames(request.variables),
    operationName: request.operation.name,
  };
}
