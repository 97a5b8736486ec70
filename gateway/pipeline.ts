import type { ExecutionResult } from 'graphql';
import type { Visitor } from './edge.ts';
import { GatewayError } from './errors.ts';
import type { Answer } from './execute/engine.ts';
import type { Generation } from './generation.ts';
import type { Identity } from './identity/identity.ts';
import { stickyKeyOf } from './identity/sticky-key.ts';
import { mapAsyncIterable } from './lib/map-async-iterable.ts';
import type { Documents } from './operation/documents/documents.ts';
import type { Operation, OperationParams } from './operation/operation.ts';
import { type Enforcement, enforce } from './policy/enforce.ts';
import type { OnHeader } from './policy/policy.ts';
import type { Lease } from './supergraph/current.ts';
import type { Rollout } from './supergraph/rollout.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ClientRequest } from './transport/send.ts';

/** The streams of subscriptions that clients read at the moment. */
export type Streams = Set<AsyncIterableIterator<ExecutionResult>>;

/** What the pipeline runs on. */
export interface Pipeline {
  readonly rollout: Pick<Rollout<Generation>, 'take'>;
  readonly documents: Documents;
  readonly telemetry: Telemetry;
  readonly streams: Streams;
  /**
   * Counts a subscription until what is returned is called.
   * @throws GatewayError OVERLOADED
   */
  readonly openStream: () => () => void;
  /** Gives the headers that tell subgraphs of an identity; `undefined` when they are told nothing. */
  readonly identityHeadersOf: ((identity: Identity) => NonNullable<ClientRequest['identityHeaders']>) | undefined;
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
  readonly onOperation: (operation: Operation, generation: Generation) => void;
  /** Told what policies have to say in response headers. */
  readonly onHeader: OnHeader;
}

/**
 * The life of a request, top to bottom. Read this first.
 * @throws GatewayError when the request is refused; anything else that is thrown is a fault.
 */
export async function answerOperation(pipeline: Pipeline, request: OperationRequest): Promise<Answer> {
  const { withStage } = pipeline.telemetry;
  const { client, visitor } = request;
  // Where a stage has done its work at once, as nearly always, a turn of waiting would be most of what it costs.
  const identified = withStage('identify', visitor.identify);
  const identity = identified instanceof Promise ? await identified : identified;
  const { ip } = visitor;
  const stickyKey = stickyKeyOf(identity, ip, client.id);
  const generation = takeGeneration(pipeline, stickyKey);
  let closeStream: (() => void) | undefined;
  const { readOperation, readVariables, policies } = generation.contents;
  try {
    const params = pipeline.documents.resolve(request.params);
    const read = withStage('readOperation', () => readOperation(params, request));
    const operation = read instanceof Promise ? await read : read;
    request.onOperation(operation, generation.contents);
    assertStreamable(operation, request);
    if (operation.kind === 'subscription') closeStream = pipeline.openStream();
    const variables = readVariables(operation, params.variables ?? {});
    const wantsPlan = asksForPlan(request);
    const facts = { operation, variables, identity, client: visitor.client, ip, requestId: client.id, wantsPlan };
    const enforced = withStage('enforce', () => enforce(policies, facts, pipeline.telemetry.policyDenied));
    const allowed = enforced instanceof Promise ? await enforced : enforced;
    allowed.tellHeaders(request.onHeader);
    return await execute(pipeline, { request, generation, closeStream, allowed, variables, identity, stickyKey });
  } catch (error) {
    closeStream?.();
    generation.release();
    throw error;
  }
}

interface Execution {
  readonly request: OperationRequest;
  readonly generation: Lease<Generation>;
  readonly closeStream: (() => void) | undefined;
  readonly allowed: Enforcement;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
  /** Who asks, for what only a share of the clients has. */
  readonly stickyKey: string;
}

/** Runs what is allowed, and holds the generation until the answer, or the last event, is there. */
async function execute(pipeline: Pipeline, execution: Execution): Promise<Answer> {
  const { request, generation, closeStream, allowed, variables, identity, stickyKey } = execution;
  const { operation } = allowed;
  const client = tellOf(identity, request.client, pipeline);
  const end = () => {
    closeStream?.();
    generation.release();
  };
  let answer: Answer | undefined;
  try {
    const { run } = generation.contents;
    const runAllowed =
      operation && (() => run({ operation, variables, identity, client, stickyKey, left: request.left }));
    answer = runAllowed && (await pipeline.telemetry.withStage('executePlan', runAllowed));
  } catch (error) {
    allowed.finish(undefined);
    throw error;
  }
  if (answer !== undefined && Symbol.asyncIterator in answer) {
    return follow(
      mapAsyncIterable(answer, (event) => allowed.finish(event), end),
      pipeline,
      request,
    );
  }
  end();
  return allowed.finish(answer, request.onHeader);
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

/** The client request as transports see it. */
function tellOf(identity: Identity, client: ClientRequest, { identityHeadersOf }: Pipeline): ClientRequest {
  return identityHeadersOf === undefined ? client : { ...client, identityHeaders: identityHeadersOf(identity) };
}

function asksForPlan({ params, client }: OperationRequest): boolean {
  return params.extensions?.['queryPlan'] === true || client.headers.get('x-overlock-query-plan') === '1';
}

function takeGeneration({ rollout }: Pipeline, stickyKey: string): Lease<Generation> {
  const generation = rollout.take(stickyKey);
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
