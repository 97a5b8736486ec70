import type { ExecutionResult } from 'graphql';
import type { Visitor } from './edge.ts';
import { GatewayError } from './errors.ts';
import type { Answer } from './execute/engine.ts';
import type { Generation } from './generation.ts';
import { type Deadline, startDeadline } from './lib/deadline.ts';
import { mapAsyncIterable } from './lib/map-async-iterable.ts';
import { coerceVariables } from './operation/coerce-variables.ts';
import type { Documents } from './operation/documents/documents.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import { type Enforcement, enforce } from './policy/enforce.ts';
import type { Current, Lease } from './supergraph/current.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ClientRequest } from './transport/send.ts';

/** The streams of subscriptions that clients read at the moment. */
export type Streams = Set<AsyncIterableIterator<ExecutionResult>>;

/** What the pipeline runs on. */
export interface Pipeline {
  readonly current: Current<Generation>;
  readonly documents: Documents;
  readonly telemetry: Telemetry;
  readonly streams: Streams;
  /** How long a query or mutation may take in all. */
  readonly timeoutMs: number;
}

/** One operation that a client asks for. */
export interface OperationRequest {
  readonly params: OperationParams;
  readonly method: 'GET' | 'POST';
  /** Whether the client takes a stream of events. */
  readonly acceptsStream: boolean;
  readonly visitor: Visitor;
  readonly client: ClientRequest;
  /** Aborted when the client leaves. */
  readonly left: AbortSignal | undefined;
  /** Told which operation it is, once that is known. */
  readonly onOperation: (operation: Operation) => void;
  /** Told what policies have to say in response headers. */
  readonly onHeaders: (headers: ReadonlyMap<string, string>) => void;
}

/**
 * The life of a request, top to bottom. Read this first.
 * @throws GatewayError when the request is refused; anything else that is thrown is a fault.
 */
export async function answerOperation(pipeline: Pipeline, request: OperationRequest): Promise<Answer> {
  const { withStage } = pipeline.telemetry;
  const { client, visitor } = request;
  const generation = takeGeneration(pipeline);
  const { readOperation, schema, policies } = generation.contents;
  try {
    const identity = await withStage('identify', visitor.identify);
    const params = pipeline.documents.resolve(request.params);
    const operation = await withStage('readOperation', async () => readOperation(params, request));
    request.onOperation(operation);
    assertStreamable(operation, request);
    const variables = coerceVariables(schema, operation, params.variables ?? {});
    const facts = { operation, variables, identity, client: visitor.client, ip: visitor.ip, requestId: client.id };
    const allowed = await withStage('enforce', () => enforce(policies, facts));
    request.onHeaders(allowed.headers);
    return await execute(pipeline, { request, generation, allowed, variables });
  } catch (error) {
    generation.release();
    throw error;
  }
}

interface Execution {
  readonly request: OperationRequest;
  readonly generation: Lease<Generation>;
  readonly allowed: Enforcement;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Runs what is allowed, and holds the generation until the answer, or the last event, is there. */
async function execute(pipeline: Pipeline, { request, generation, allowed, variables }: Execution): Promise<Answer> {
  const { operation } = allowed;
  const { client } = request;
  const deadline = operation && startDeadlineOf(operation, request, pipeline.timeoutMs);
  const signal = deadline?.signal ?? request.left;
  const end = () => {
    deadline?.end();
    generation.release();
  };
  let answer: Answer | undefined;
  try {
    const { engine } = generation.contents;
    const run = operation && (() => engine.execute({ operation, variables, client, signal }));
    answer = run && (await pipeline.telemetry.withStage('executePlan', run));
  } catch (error) {
    allowed.finish(undefined);
    throw error;
  }
  if (answer !== undefined && Symbol.asyncIterator in answer) {
    return follow(mapAsyncIterable(answer, allowed.finish, end), pipeline, request);
  }
  end();
  return allowed.finish(answer);
}

/** A stream ends when its client leaves: who reads it may not have begun to. */
function follow(
  events: AsyncIterableIterator<ExecutionResult>,
  { streams }: Pipeline,
  { left }: OperationRequest,
): AsyncIterableIterator<ExecutionResult> {
  const leave = () => void stream.return?.();
  const stream = mapAsyncIterable(
    events,
    (event) => event,
    () => {
      left?.removeEventListener('abort', leave);
      streams.delete(stream);
    },
  );
  streams.add(stream);
  if (left?.aborted === true) leave();
  left?.addEventListener('abort', leave, { once: true });
  return stream;
}

function takeGeneration(pipeline: Pipeline) {
  const generation = pipeline.current.take();
  if (generation !== undefined) return generation;
  throw new GatewayError('OVERLOADED', 'The gateway has no supergraph yet. Try again in a moment.');
}

function assertStreamable(operation: Operation, request: OperationRequest): void {
  if (operation.kind !== 'subscription' || request.acceptsStream) return;
  throw new GatewayError(
    'NOT_ACCEPTABLE',
    'A subscription answers a stream of events. Send "Accept: text/event-stream".',
  );
}

/** A subscription has no end to wait for. A mutation goes on when its client leaves: it may have happened already. */
function startDeadlineOf(operation: Operation, request: OperationRequest, timeoutMs: number): Deadline | undefined {
  if (operation.kind === 'subscription') return undefined;
  return startDeadline(timeoutMs, operation.kind === 'query' ? request.left : undefined);
}
