import type { ExecutionResult } from 'graphql';
import type { AskerOf } from './asker-of.ts';
import { asPrivate, type OnCacheReport } from './cache/cache-report.ts';
import type { ClientHeaders } from './cache/client-headers.ts';
import type { Visitor } from './edge.ts';
import { GatewayError } from './errors.ts';
import type { Answer } from './execute/engine.ts';
import type { FetchRun } from './execute/fetch-run.ts';
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
  /** Tells identities apart where answers are kept by them; `undefined` for strangers. Itself `undefined` where none are. */
  readonly identityKeyOf: ((identity: Identity) => string | undefined) | undefined;
  /** Describes who asks to what chooses endpoints; `undefined` when none is chosen by that. */
  readonly askerOf: AskerOf | undefined;
  /** Tells clients what they may store; `undefined` when they are told nothing. */
  readonly cacheHeaders: ClientHeaders | undefined;
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
  /** Told who asks, once that is known. */
  readonly onIdentity: (identity: Identity) => void;
  /** Told what the operation is estimated to cost, and then what it did cost, where that is worked out. */
  readonly onCost: (cost: number) => void;
  /** Told which share of a quota is used, where one counts. */
  readonly onQuotaUsed: (share: number) => void;
  /** Told which operation it is, once that is known. */
  readonly onOperation: (operation: Operation, generation: Generation) => void;
  /** Told what policies have to say in response headers. */
  readonly onHeader: OnHeader;
  /** Told whether the answer was stored, and whether it may be, where somebody wants to know. */
  readonly onCacheReport: OnCacheReport | undefined;
}

/**
 * The life of a request, top to bottom. Read this first.
 * @throws GatewayError when the request is refused; anything else that is thrown is a fault.
 */
export async function answerOperation(pipeline: Pipeline, request: OperationRequest): Promise<Answer> {
  const { withStage } = pipeline.telemetry;
  const { client, visitor } = request;
  // Where a stage has done its work at once, as nearly always, a turn of waiting would be most of what it costs.
  const identified = withStage('identify', visitor.identify, client.stages);
  const identity = identified instanceof Promise ? await identified : identified;
  request.onIdentity(identity);
  const { ip } = visitor;
  const stickyKey = stickyKeyOf(identity, ip, client.id);
  const generation = takeGeneration(pipeline, stickyKey);
  let closeStream: (() => void) | undefined;
  const { readOperation, readVariables, labelsOf, policies } = generation.contents;
  try {
    const params = pipeline.documents.resolve(request.params);
    const read = withStage('readOperation', () => readOperation(params, request), client.stages);
    const operation = read instanceof Promise ? await read : read;
    request.onOperation(operation, generation.contents);
    assertStreamable(operation, request);
    if (operation.kind === 'subscription') closeStream = pipeline.openStream();
    const variables = readVariables(operation, params.variables ?? {});
    client.trace?.noteVariables(variables);
    const wantsPlan = asksForPlan(request);
    const fetchRuns = asksHowItWent(request, generation.contents, identity) ? new Map<number, FetchRun>() : undefined;
    const labels = labelsOf({ identity, client: visitor.client, variables, headers: client.headers, stickyKey });
    const facts = {
      operation,
      variables,
      identity,
      client: visitor.client,
      ip,
      requestId: client.id,
      wantsPlan,
      fetchRuns,
      trace: client.trace,
      labels,
      onCost: request.onCost,
      onQuotaUsed: request.onQuotaUsed,
    };
    const enforced = withStage(
      'enforce',
      () => enforce(policies, facts, pipeline.telemetry.policyDenied),
      client.stages,
    );
    const allowed = enforced instanceof Promise ? await enforced : enforced;
    allowed.tellHeaders(request.onHeader);
    return await execute(pipeline, {
      request,
      generation,
      closeStream,
      allowed,
      variables,
      identity,
      stickyKey,
      labels,
      fetchRuns,
    });
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
  readonly labels: readonly string[];
  /** Where it is noted how each fetch goes. */
  readonly fetchRuns: Map<number, FetchRun> | undefined;
}

/** Runs what is allowed, and holds the generation until the answer, or the last event, is there. */
async function execute(pipeline: Pipeline, execution: Execution): Promise<Answer> {
  const { request, generation, closeStream, allowed, variables, identity, stickyKey, labels, fetchRuns } = execution;
  const { operation, isGuarded } = allowed;
  const client = tellOf(execution, pipeline);
  const onCacheReport = request.onCacheReport && (isGuarded ? asPrivate(request.onCacheReport) : request.onCacheReport);
  const onFetchRun = fetchRuns && ((step: number, fetchRun: FetchRun) => void fetchRuns.set(step, fetchRun));
  const end = () => {
    closeStream?.();
    generation.release();
  };
  let answer: Answer | undefined;
  try {
    const { run } = generation.contents;
    const runAllowed =
      operation &&
      (() =>
        run({
          operation,
          variables,
          identity,
          client,
          stickyKey,
          labels,
          left: request.left,
          onCacheReport,
          onFetchRun,
        }));
    answer = runAllowed && (await pipeline.telemetry.withStage('executePlan', runAllowed, client.stages));
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
function tellOf(
  { identity, stickyKey, request: { client, visitor } }: Execution,
  { identityHeadersOf, identityKeyOf, askerOf }: Pipeline,
): ClientRequest {
  if (identityHeadersOf === undefined && identityKeyOf === undefined && askerOf === undefined) return client;
  return {
    ...client,
    ...(identityKeyOf && { identityKey: identityKeyOf(identity) }),
    ...(identityHeadersOf && { identityHeaders: identityHeadersOf(identity) }),
    ...(askerOf && { asker: askerOf(stickyKey, identity, visitor.client) }),
  };
}

function asksForPlan({ params, client }: OperationRequest): boolean {
  return params.extensions?.['queryPlan'] === true || client.headers.get('x-overlock-query-plan') === '1';
}

/** Whether a client wants to know how its operation is answered, and may. */
function asksHowItWent({ client }: OperationRequest, { explainer }: Generation, identity: Identity): boolean {
  return client.headers.get('x-overlock-explain') === '1' && explainer?.isFor(identity) === true;
}

/** @throws GatewayError OVERLOADED before there is one */
export function takeGeneration({ rollout }: Pipeline, stickyKey: string): Lease<Generation> {
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
