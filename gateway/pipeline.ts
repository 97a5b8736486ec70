import type { ExecutionResult } from 'graphql';
import { GatewayError } from './errors.ts';
import type { Answer } from './execute/engine.ts';
import type { Generation } from './generation.ts';
import { type Deadline, startDeadline } from './lib/deadline.ts';
import { mapAsyncIterable } from './lib/map-async-iterable.ts';
import { coerceVariables } from './operation/coerce-variables.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import type { Current } from './supergraph/current.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ClientRequest } from './transport/send.ts';

/** The streams of subscriptions that clients read at the moment. */
export type Streams = Set<AsyncIterableIterator<ExecutionResult>>;

/** What the pipeline runs on. */
export interface Pipeline {
  readonly current: Current<Generation>;
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
  readonly client: ClientRequest;
  /** Aborted when the client leaves. */
  readonly left: AbortSignal | undefined;
  /** Told which operation it is, once that is known. */
  readonly onOperation: (operation: Operation) => void;
}

/**
 * The life of a request, top to bottom. Read this first.
 * @throws GatewayError when the request is refused; anything else that is thrown is a fault.
 */
export async function answerOperation(pipeline: Pipeline, request: OperationRequest): Promise<Answer> {
  const { withStage } = pipeline.telemetry;
  const { params, client } = request;
  const generation = takeGeneration(pipeline);
  const { readOperation, schema, engine } = generation.contents;
  let end = generation.release;
  try {
    const operation = await withStage('readOperation', async () => readOperation(params, request));
    request.onOperation(operation);
    assertStreamable(operation, request);
    const variables = coerceVariables(schema, operation, params.variables ?? {});
    const deadline = startDeadlineOf(operation, request, pipeline.timeoutMs);
    end = () => {
      deadline?.end();
      generation.release();
    };
    const signal = deadline?.signal ?? request.left;
    const answer = await withStage('executePlan', () => engine.execute({ operation, variables, client, signal }));
    if (!(Symbol.asyncIterator in answer)) return answer;
    const stream = follow(answer, pipeline, request, end);
    end = () => {};
    return stream;
  } finally {
    end();
  }
}

/** A stream holds its generation until it ends, or its client has left: who reads it may not have begun to. */
function follow(
  events: AsyncIterable<ExecutionResult>,
  { streams }: Pipeline,
  { left }: OperationRequest,
  end: () => void,
): Answer {
  const leave = () => void stream.return?.();
  const stream = mapAsyncIterable(
    events,
    (event) => event,
    () => {
      left?.removeEventListener('abort', leave);
      streams.delete(stream);
      end();
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
